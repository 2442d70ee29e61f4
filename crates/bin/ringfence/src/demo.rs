//! `ringfence demo`: everything on this machine, with test keys and pretend phones.

use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use model::{ApplicationId, Clock};
use rooms::{
    Failure,
    ambient::{SystemClock, log_to_stderr},
    instance::{self, Held},
};
use serde::{Deserialize, Serialize};

use crate::{
    arguments::{Demo, NewApp},
    init, operator,
    said::tell,
    settings::Settings,
    supervisor,
};

/// The demonstration's product.
const PRODUCT: &str = "Harbour Chat";
/// Reserved for fiction by Ofcom.
const SAMPLE: &str = "+44 7700 900123";
const CONFIG: &str = "ringfence.toml";
const ABOUT: &str = "demo.json";
/// How the configuration of a demonstration begins.
const WRITTEN: &str = "# Written by `ringfence demo`.";
const KEY: &str = "demo-key.json";

/// What `DATA/demo.json` says.
#[derive(Serialize)]
struct About<'a> {
    public_url: &'a str,
    console_url: &'a str,
    courier_url: &'a str,
    api_key: &'a str,
    camara: Camara<'a>,
    twilio: TwilioAbout<'a>,
}

/// What a CAMARA client asks for its tokens with.
#[derive(Serialize)]
struct Camara<'a> {
    client_id: &'a str,
    client_secret: &'a str,
}

/// The same application for clients of Twilio's Verify.
#[derive(Serialize)]
struct TwilioAbout<'a> {
    account_sid: String,
    auth_token: &'a str,
    service_sid: String,
}

/// The demonstration's application, kept so that a second start has the same key.
#[derive(Serialize, Deserialize)]
struct Kept {
    application: ApplicationId,
    api_key: String,
}

/// Runs the demonstration to its end.
pub fn run(options: &Demo) -> ExitCode {
    log_to_stderr("supervisor", false);
    demonstrate(options).unwrap_or_else(|failure| failure.report())
}

fn demonstrate(options: &Demo) -> Result<ExitCode, Failure> {
    let began = SystemClock.now();
    let [public, console, phones] = ports(options.port)?;
    tell!(
        "ringfence {}  test keys, do not use real numbers",
        env!("CARGO_PKG_VERSION")
    );
    let (data, held) = prepare(options)?;
    let config = data.join(CONFIG);
    write_config(&config, &data, [public, console, phones], None)?;
    init::init_rooms(&config, None)?;
    let kept = application(&config, &data)?;
    write_config(
        &config,
        &data,
        [public, console, phones],
        Some(kept.application),
    )?;
    let settings = Settings::load(&config)?;
    let about = About {
        public_url: &format!("http://localhost:{public}"),
        console_url: &format!("http://localhost:{console}"),
        courier_url: &format!("http://localhost:{phones}"),
        api_key: &kept.api_key,
        camara: Camara {
            client_id: &kept.application.to_string(),
            client_secret: &kept.api_key,
        },
        twilio: TwilioAbout {
            account_sid: twilio::sid::account(kept.application),
            auth_token: &kept.api_key,
            service_sid: twilio::sid::service(kept.application),
        },
    };
    let told = data.join(ABOUT);
    let _ = fs::remove_file(&told);
    supervisor::run(&config, &settings, &held, || {
        if let Err(failure) = write_private(&told, &about) {
            failure.report();
        }
        let millis = SystemClock.now().since(began).as_millis();
        tell!("  public   {}      start here", about.public_url);
        tell!("  console  {}", about.console_url);
        tell!("  phones   {}/sim", about.courier_url);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a few seconds, shown with one digit"
        )]
        let seconds = millis as f64 / 1000.0;
        tell!(
            "ready in {seconds:.1} s   data {}   stop with ctrl-c",
            data.display()
        );
    })
}

fn ports(first: u16) -> Result<[u16; 3], Failure> {
    match (first.checked_add(1), first.checked_add(2)) {
        (Some(second), Some(third)) if first > 0 => Ok([first, second, third]),
        _ => Err(Failure::Usage(
            "--port must leave room for two more ports after it".into(),
        )),
    }
}

/// The data directory, held, and empty if asked. Only a directory that a demonstration made is used or
/// emptied: that of an instance has people's numbers and keys, and a demonstration shows every code.
fn prepare(options: &Demo) -> Result<(PathBuf, Held), Failure> {
    let doing = Failure::while_doing(options.data.display());
    if options.data.exists() {
        if !is_ours(&options.data) {
            return Err(Failure::Usage(format!(
                "{} was not made by a demonstration; name another folder with --data",
                options.data.display()
            )));
        }
        if options.fresh {
            // Not under a demonstration that runs.
            let _old = instance::hold(&options.data)?;
            fs::remove_dir_all(&options.data).map_err(&doing)?;
        }
    }
    init::make_private_directory(&options.data)?;
    let data = options.data.canonicalize().map_err(doing)?;
    let held = instance::hold(&data)?;
    Ok((data, held))
}

/// Empty, or with a configuration that a demonstration wrote.
fn is_ours(data: &Path) -> bool {
    let config = fs::read_to_string(data.join(CONFIG));
    let written = config.is_ok_and(|text| text.starts_with(WRITTEN));
    written
        || data
            .read_dir()
            .is_ok_and(|mut entries| entries.next().is_none())
}

fn write_config(
    path: &Path,
    data: &Path,
    [public, console, phones]: [u16; 3],
    hosted: Option<ApplicationId>,
) -> Result<(), Failure> {
    let data = serde_json::to_string(data).map_err(Failure::while_doing("writing"))?;
    let line = |name, quoted: fn(ApplicationId) -> String| {
        let value = hosted.map(quoted);
        value.map_or_else(String::new, |value| format!("{name} = {value}\n"))
    };
    let asker = line("operator_askers", |id| format!("[\"{id}\"]"));
    let hosted = line("hosted_application", |id| format!("\"{id}\""));
    let text = format!(
        "{WRITTEN} Test keys: do not use real numbers.\n\
         [instance]\nmode = \"demo\"\ndata = {data}\n\n\
         [front]\nlisten = \"127.0.0.1:{public}\"\npublic_url = \"http://localhost:{public}\"\n\
         default_country = \"GB\"\n{hosted}\n\
         [front.limits]\nstarts_per_address = 1000000\nchecks_per_address = 1000000\n\
         starts_per_device = 1000000\ndaily_budget_micros = 9000000000000000\n\n\
         [vault]\n{asker}\n\
         [vault.limits]\napplication_sends_per_hour = 100000000\n\
         overall_sends_per_hour = 200000000\napplication_lookups_per_hour = 100000000\n\
         overall_lookups_per_hour = 200000000\n\n\
         [console]\nlisten = \"127.0.0.1:{console}\"\n\n\
         [courier]\nlisten = \"127.0.0.1:{phones}\"\n"
    );
    fs::write(path, text).map_err(Failure::while_doing(path.display()))
}

/// The demonstration's application, made at the first start.
fn application(config: &Path, data: &Path) -> Result<Kept, Failure> {
    let path = data.join("front").join(KEY);
    if let Ok(text) = fs::read_to_string(&path) {
        return serde_json::from_str(&text).map_err(Failure::while_doing(path.display()));
    }
    let new = NewApp {
        name: PRODUCT.to_owned(),
        host: "chat.harbour.example".to_owned(),
        sender: Some("HARBOUR".to_owned()),
        accounts_per_number: 1,
        countries: Vec::new(),
        sandbox: Vec::new(),
    };
    let (application, key) = operator::make_app(config, &new)?;
    let kept = Kept {
        application: application.id,
        api_key: key.expose().to_owned(),
    };
    write_private(&path, &kept)?;
    Ok(kept)
}

fn write_private<T: Serialize>(path: &Path, value: &T) -> Result<(), Failure> {
    let doing = Failure::while_doing(path.display());
    let text = serde_json::to_vec_pretty(value).map_err(Failure::while_doing("writing"))?;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(&doing)?;
    file.write_all(&text)
        .and_then(|()| file.sync_all())
        .map_err(doing)
}

/// What the start page shows; nothing outside a demonstration.
pub fn start_page(settings: &Settings) -> Option<pages::Demo> {
    if !settings.demo || !cfg!(feature = "demo") {
        return None;
    }
    let text = fs::read_to_string(settings.front_directory().join(KEY)).ok()?;
    let kept: Kept = serde_json::from_str(&text).ok()?;
    let simulator = settings
        .courier
        .map(|at| format!("http://localhost:{}/sim", at.port()))?;
    Some(pages::Demo {
        sample_number: SAMPLE.to_owned(),
        simulator_url: simulator,
        api_key: kept.api_key,
        started_at: SystemClock.now(),
        links: vec![pages::Link {
            href: "/openapi.json".to_owned(),
            text: "OpenAPI".to_owned(),
        }],
    })
}
