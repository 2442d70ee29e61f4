//! The vendor's official Python client, unmodified but for the address, against the router on a
//! socket. The client comes from its registry into a temporary directory.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use identity::{Applications, NewApplication};
use model::{Millis, Timestamp};
use testkit::{Product, SeededEntropy, Setup, app_terms};
use tokio::{
    runtime::Handle,
    sync::oneshot,
    task::{JoinSet, block_in_place},
};
use twilio::{TwilioState, router, sid};

const NUMBER: &str = "+447700900123";

/// The client as its makers published it; another release is tried by hand first.
const CLIENT: &str = "twilio==9.13.0";

/// A Python that has the client.
fn python(directory: &Path) -> PathBuf {
    let mut make = Command::new("python3");
    let made = succeeds(make.args(["-m", "venv"]).arg(directory));
    assert!(made, "install the Debian packages python3 and python3-venv");
    let python = directory.join("bin/python");
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", CLIENT]);
    assert!(
        succeeds(&mut install),
        "pip could not install {CLIENT}: a package registry is needed"
    );
    python
}

fn succeeds(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Python and a package registry"]
async fn the_official_python_client_runs_a_whole_scenario() {
    let directory = tempfile::tempdir().unwrap();
    let python = block_in_place(|| python(directory.path()));
    let [front, vault] = Product::memory_stores();
    let new = NewApplication {
        name: "Harbour Chat".to_owned(),
        host: "chat.harbour.example".to_owned(),
        sandbox: false,
    };
    let at = Timestamp::from_millis(1_794_000_000_000);
    let made = identity::create_application(&*front, &SeededEntropy::new(7), at, new).await;
    let (application, key) = made.unwrap();
    let mut setup = Setup::new(7);
    setup.apps = vec![app_terms(application.id)];
    let product = Product::over(setup, front, vault).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let state = TwilioState {
        identity: product.identity.clone(),
        applications: Arc::new(Applications::default()),
        public_url: url.clone(),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        let stopped = async { drop(stopped.await) };
        webkit::serve(
            vec![listener],
            router(state),
            webkit::Limits::default(),
            stopped,
        )
        .await
    });
    let account = sid::account(application.id);
    let arguments = [url.as_str(), &account, key.expose(), NUMBER];
    block_in_place(|| run(&python, &arguments, &product));
    drop(stop);
    serving.join_next().await.unwrap().unwrap();
    product.finish().await;
}

/// Runs the scenario and answers its questions for codes and for time.
fn run(python: &Path, arguments: &[&str], product: &Product) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk/scenario.py");
    let mut child = Command::new(python)
        .arg(script)
        .args(arguments)
        .env_remove("TWILIO_REGION")
        .env_remove("TWILIO_EDGE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut last = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        last = line.unwrap();
        if last == "code" {
            let code = Handle::current().block_on(product.phones.code(NUMBER));
            writeln!(input, "{code}").unwrap();
        }
        if last == "now" {
            let now = product.identity.now().as_millis() / 1000;
            writeln!(input, "{now}").unwrap();
        }
        if let Some(seconds) = last.strip_prefix("pass ") {
            product.wait(Millis::from_seconds(seconds.parse().unwrap()));
            writeln!(input, "{seconds}").unwrap();
        }
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(last, "passed");
}
