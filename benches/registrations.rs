//! The whole way of a registration, and the same rows written by a bare loop.

use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tenure::cli::bench::registrations::{Sample, Writers, bare, rows, tenure};

const EXECUTIONS: usize = 2_000;

fn registrations(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let written = rows(root, EXECUTIONS).expect("the rows of registrations");
    for (label, writers) in [("1 writer", Writers::One), ("64 writers", Writers::Tasks)] {
        let mut group = criterion.benchmark_group(label);
        group.sample_size(10).throughput(Throughput::Elements(1));
        group.bench_function("Tenure", |bencher| {
            bencher.iter_custom(|times| per_execution(times, || measure(root, writers)));
        });
        group.bench_function("bare loop", |bencher| {
            let bare = || bare(root, writers, &written).expect("a measurement");
            bencher.iter_custom(|times| per_execution(times, bare));
        });
        group.finish();
    }
}

fn measure(root: &Path, writers: Writers) -> Sample {
    tenure(root, writers, EXECUTIONS).expect("a measurement")
}

/// How long `times` executions take, by one measurement of many.
fn per_execution(times: u64, sample: impl Fn() -> Sample) -> std::time::Duration {
    let sample = sample();
    sample.took.mul_f64(times as f64 / sample.executions as f64)
}

criterion_group!(benches, registrations);
criterion_main!(benches);
