//! What WebDriver has no words for: dark pages, small screens, no scripts.

use axum::http::Method;
use fantoccini::{Client, wd::WebDriverCompatibleCommand};
use serde_json::{Value, json};
use url::{ParseError, Url};

/// Chromium's own command, through chromedriver.
#[derive(Debug)]
struct Devtools(Value);

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        let session = session_id.unwrap_or_default();
        base_url.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.0.to_string()))
    }
}

async fn tell(client: &Client, cmd: &str, params: Value) {
    let command = Devtools(json!({ "cmd": cmd, "params": params }));
    client.issue_cmd(command).await.expect("the browser obeys");
}

/// `light` or `dark`.
pub(crate) async fn prefer(client: &Client, scheme: &str) {
    let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
    let params = json!({ "features": features });
    tell(client, "Emulation.setEmulatedMedia", params).await;
}

pub(crate) async fn resize(client: &Client, width: u32, height: u32) {
    let params =
        json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    tell(client, "Emulation.setDeviceMetricsOverride", params).await;
}

pub(crate) async fn without_scripts(client: &Client) {
    let params = json!({ "value": true });
    tell(client, "Emulation.setScriptExecutionDisabled", params).await;
}
