//! Ringfence: the supervisor, the front and the operator's commands.

mod arguments;
mod check;
mod console;
mod database;
mod demo;
mod fences;
mod files;
mod front;
mod hosted;
mod init;
mod moving;
mod operator;
mod said;
mod settings;
mod supervisor;
mod text;

use std::process::ExitCode;

use clap::Parser;
use rooms::answer::Form;

use crate::arguments::{Apps, Arguments, Command, HsmCommand, Jobs, Keys};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = arguments.config;
    let form = Form::of(arguments.json);
    said::be_quiet(arguments.quiet);
    let done = match arguments.command {
        Command::Demo(options) => return demo::run(&options),
        Command::Serve => return supervisor::serve(&config),
        Command::RoomFront => front::run(&config),
        Command::RoomConsole => console::run(&config),
        Command::Init(new) => init::run(&config, &new),
        Command::Migrate => operator::migrate(&config),
        Command::MigrateStore { to } => moving::migrate_store(&config, &to),
        Command::CheckConfig => check::config(&config, form),
        Command::CheckData { repair } => check::data(&config, repair, form),
        Command::Backup { to, share, keys } => files::backup(&config, &to, share, keys),
        Command::Restore { from, share, yes } => {
            files::restore(&config, &from, share.as_deref(), yes)
        }
        Command::Apps(Apps::Create(new)) => operator::create_app(&config, &new),
        Command::Apps(Apps::List) => operator::list_apps(&config, form),
        Command::Jobs(Jobs::List) => operator::list_jobs(&config),
        Command::Hsm(HsmCommand::Probe) => operator::show(&config, &["probe"], form),
        Command::Numbers(numbers) => text::run(&numbers),
        Command::Keys(Keys::List) => operator::show(&config, &["keys", "list"], form),
        Command::Keys(Keys::Rotate { purpose }) => {
            operator::show(&config, &["keys", "rotate", &purpose], Form::Lines)
        }
    };
    match done {
        Ok(()) if said::whole() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::FAILURE,
        Err(failure) => failure.report(),
    }
}
