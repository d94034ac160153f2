//! What the doctor looks at outside the store: the data folder, the disk, the portal's port.

use std::{
    fs,
    net::{IpAddr, SocketAddr, TcpListener},
    path::Path,
};

use super::{
    demo_http::Browser,
    doctor::{Check, State},
    session::has_store,
};
use crate::{model::settings::PortalSettings, store};

const MIB: u64 = 1024 * 1024;

/// Less room than this is a problem, four times as much a warning.
const ROOM: u64 = 256 * MIB;

pub(super) fn checks(folder: &Path) -> Vec<Check> {
    let mut checks = vec![existence(folder)];
    if folder.is_dir() {
        checks.push(writing(folder));
        checks.extend(permissions(folder));
        checks.extend(room(folder));
    }
    checks
}

fn existence(folder: &Path) -> Check {
    let name = folder.to_string_lossy();
    if has_store(folder) {
        return Check::ok("Data folder", name);
    }
    if folder.is_dir() || !folder.exists() {
        let finding = format!("{name} has no store yet");
        return Check::new(
            "Data folder",
            State::Warning,
            finding,
            "It is made at the first start.",
        );
    }
    Check::new(
        "Data folder",
        State::Problem,
        format!("{name} is not a folder"),
        "Choose another one with --data-dir.",
    )
}

/// Whether a file can be made there: SQLite needs to, beside its own.
fn writing(folder: &Path) -> Check {
    let probe = folder.join(format!(".tenure-doctor-{}", std::process::id()));
    let result = fs::File::create_new(&probe).and_then(|_| fs::remove_file(&probe));
    match result {
        Ok(()) => Check::ok("Writing", "files can be made in the data folder"),
        Err(err) => Check::new(
            "Writing",
            State::Problem,
            format!("no file can be made in the data folder: {err}"),
            "Give the user who runs Tenure the right to write there.",
        ),
    }
}

#[cfg(unix)]
fn permissions(folder: &Path) -> Option<Check> {
    use std::os::unix::fs::PermissionsExt as _;
    let file = folder.join(store::FILE_NAME);
    let others = |path: &Path| Some(fs::metadata(path).ok()?.permissions().mode() & 0o007);
    let (of_folder, of_file) = (others(folder)?, others(&file).unwrap_or(0));
    // Who may not enter the folder cannot reach the file either.
    if of_folder & 0o001 == 0 || of_folder & 0o004 == 0 && of_file & 0o004 == 0 {
        return Some(Check::ok(
            "Permissions",
            "other users of this machine cannot read it",
        ));
    }
    Some(Check::new(
        "Permissions",
        State::Warning,
        "every user of this machine can read the directory",
        format!("chmod 700 {}", folder.to_string_lossy()),
    ))
}

#[cfg(not(unix))]
fn permissions(_folder: &Path) -> Option<Check> {
    None
}

#[cfg(unix)]
fn room(folder: &Path) -> Option<Check> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let finding = format!("{} MiB free", free / MIB);
    let advice = "Make room: what does not fit is not stored.";
    Some(match free {
        free if free < ROOM => Check::new("Disk", State::Problem, finding, advice),
        free if free < 4 * ROOM => Check::new("Disk", State::Warning, finding, advice),
        _ => Check::ok("Disk", finding),
    })
}

#[cfg(not(unix))]
fn room(_folder: &Path) -> Option<Check> {
    None
}

/// Whether the portal answers where it should, or could listen there.
pub(super) fn portal(settings: &PortalSettings, is_running: bool) -> Check {
    const PORTAL: &str = "Portal";
    if !settings.is_on {
        return Check::ok(PORTAL, "off");
    }
    let Ok(host) = settings.host.parse::<IpAddr>() else {
        let finding = format!("{:?} is not an address to listen on", settings.host);
        return Check::new(
            PORTAL,
            State::Problem,
            finding,
            "Correct it in the settings.",
        );
    };
    let address = SocketAddr::new(host, settings.port);
    if !is_running {
        return match TcpListener::bind(address) {
            Ok(_) => Check::ok(PORTAL, format!("{address} is free; nothing runs it now")),
            Err(err) => Check::new(
                PORTAL,
                State::Problem,
                format!("{address} cannot be listened on: {err}"),
                "End the program that uses it, or choose another port in the settings.",
            ),
        };
    }
    let asked = match host {
        IpAddr::V4(host) if host.is_unspecified() => {
            SocketAddr::from(([127, 0, 0, 1], settings.port))
        }
        _ => address,
    };
    match Browser::new(asked).get("/health") {
        Ok(page) if page.status == 200 => Check::ok(PORTAL, format!("{asked} answers")),
        Ok(page) => Check::new(
            PORTAL,
            State::Problem,
            format!("{asked} answers with {}", page.status),
            "Look at the log of the process that runs it.",
        ),
        Err(err) => Check::new(
            PORTAL,
            State::Problem,
            format!("{asked} does not answer: {err}"),
            "Look at the log of the process that runs it.",
        ),
    }
}
