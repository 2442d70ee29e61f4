//! Against the server of the npm package `smpp`, which is installed in a temporary directory.

use std::{path::Path, process::Stdio};

use peers::carrier::Handover;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::support::{answer, id, run, settings, soon};

async fn install(package: &str, into: &Path) {
    let npm = Command::new("npm")
        .args([
            "install",
            "--prefer-offline",
            "--no-audit",
            "--no-fund",
            "--silent",
            package,
        ])
        .current_dir(into)
        .stdin(Stdio::null())
        .status()
        .await;
    let installed = npm.is_ok_and(|status| status.success());
    assert!(
        installed,
        "npm could not install {package}: Node.js and a package registry are needed"
    );
}

async fn start(folder: &Path) -> (Child, Lines<BufReader<ChildStdout>>) {
    install("smpp@0.5.1", folder).await;
    let script = folder.join("server.js");
    std::fs::write(&script, include_str!("server.js")).unwrap();
    let mut server = Command::new("node")
        .arg(script)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("node is missing: install the Debian package nodejs");
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    (server, lines)
}

#[tokio::test]
async fn the_npm_servers_texts_ids_and_receipts_are_understood() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, mut lines) = start(folder.path()).await;
    let port = soon(lines.next_line())
        .await
        .unwrap()
        .unwrap()
        .parse()
        .unwrap();
    let mut running = run(settings(port));
    running.bound().await;
    let mut seen = async || -> serde_json::Value {
        serde_json::from_str(&soon(lines.next_line()).await.unwrap().unwrap()).unwrap()
    };
    let text = "482913 is {your} €-code";
    assert_eq!(answer(running.send(1, text)).await, Handover::Accepted);
    let taken = seen().await;
    assert_eq!(taken["text"], text);
    assert_eq!(
        (&taken["to"], &taken["from"]),
        (&"447700900123".into(), &"HARBOUR".into())
    );
    assert_eq!(running.reports.receipt().await, (id(1), true));

    let long = "Ваш код 482913, не передавайте его никому. ".repeat(3) + "reply 🎉";
    assert_eq!(answer(running.send(2, &long)).await, Handover::Accepted);
    let mut whole = String::new();
    for n in 1..=3 {
        let part = seen().await;
        let udh = part["udh"].to_string();
        assert!(udh.contains(&format!("030{n}")), "{udh}");
        assert_eq!(part["coding"], 8);
        whole += part["text"].as_str().unwrap();
    }
    assert_eq!(whole, long);
    assert_eq!(running.reports.receipt().await, (id(2), true));
    assert_eq!(running.reports.text().await.2, "Тест: да €");

    running.stop.send(true).unwrap();
    soon(running.tasks.join_next()).await.unwrap().unwrap();
}
