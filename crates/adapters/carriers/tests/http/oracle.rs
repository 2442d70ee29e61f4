//! The vendors' own SDKs for Node.js, installed in a temporary directory, asked over pipes.

use std::process::Stdio;

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

const PACKAGES: [&str; 6] = [
    "twilio@6",
    "telnyx@7",
    "@vonage/jwt@1",
    "@vonage/messages@1",
    "@vonage/voice@1",
    "standardwebhooks@1",
];

pub struct Oracle {
    _child: Child,
    _folder: TempDir,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

async fn install() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let npm = Command::new("npm")
        .args([
            "install",
            "--prefer-offline",
            "--no-audit",
            "--no-fund",
            "--silent",
        ])
        .args(PACKAGES)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .status()
        .await;
    let installed = npm.is_ok_and(|status| status.success());
    assert!(
        installed,
        "npm could not install {PACKAGES:?}: the Debian packages nodejs and npm and a package registry are needed"
    );
    std::fs::write(folder.path().join("oracle.js"), include_str!("oracle.js")).unwrap();
    folder
}

impl Oracle {
    pub async fn start() -> Self {
        let folder = install().await;
        let mut child = Command::new("node")
            .arg(folder.path().join("oracle.js"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node is missing: install the Debian package nodejs");
        Self {
            input: child.stdin.take().unwrap(),
            lines: BufReader::new(child.stdout.take().unwrap()).lines(),
            _child: child,
            _folder: folder,
        }
    }

    pub async fn ask(&mut self, question: serde_json::Value) -> serde_json::Value {
        let line = format!("{question}\n");
        self.input.write_all(line.as_bytes()).await.unwrap();
        let answer = self
            .lines
            .next_line()
            .await
            .unwrap()
            .expect("the SDKs answer");
        serde_json::from_str(&answer).unwrap()
    }
}
