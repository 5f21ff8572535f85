//! The help of the program as a whole, and its manual pages.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::ColorChoice;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::command::Command;
use crate::cli::definition::{BINARY, command_line};
use crate::cli::examples::examples;
use crate::cli::exit_code::Exit;
use crate::constructors::{API_KEY_VARIABLE, BASE_URL_VARIABLE, CONFIG_FOLDER, PROFILE_VARIABLE};

/// The greatest width of a line of the help, in columns.
const WIDTH: usize = 96;

/// A section that describes names.
struct Section {
    title: &'static str,
    entries: Vec<(String, String)>,
}

fn sections() -> [Section; 3] {
    let entry = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let environment = vec![
        entry(API_KEY_VARIABLE, "the API key"),
        entry(BASE_URL_VARIABLE, "the base URL of the server (default: the production server)"),
        entry(PROFILE_VARIABLE, "the profile of the configuration file"),
        entry("NO_COLOR", "no colors, if it is set"),
    ];
    let text = "the configuration file: default_profile = \"NAME\", and for each profile a table \
                [profiles.NAME] with base_url = \"URL\" and api_key = \"KEY\". Flags win over \
                variables, and variables over the default profile; a profile that --profile names \
                wins over variables. A file that other users can read is rejected. \
                $XDG_CONFIG_HOME replaces ~/.config.";
    let files = vec![entry(&format!("~/.config/{CONFIG_FOLDER}/config.toml"), text)];
    let exits = Exit::ALL.map(|exit| entry(&exit.code().to_string(), exit.description()));
    [
        Section { title: "Environment", entries: environment },
        Section { title: "Files", entries: files },
        Section { title: "Exit codes", entries: exits.into() },
    ]
}

/// Returns the end of the help of the program.
pub(super) fn program_help() -> String {
    let sections = sections().map(|Section { title, entries }| {
        let is_code = |name: &str| name.starts_with(|first: char| first.is_ascii_digit());
        let longest = entries.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        let entries = entries.iter().map(|(name, text)| {
            let name = match is_code(name) {
                true => format!("{name:>longest$}"),
                false => format!("{name:<longest$}"),
            };
            hanging(&format!("  {name}  "), text)
        });
        format!("{title}:\n{}", entries.collect::<Vec<_>>().join("\n"))
    });
    sections.join("\n\n")
}

/// Returns a text behind a heading, with its lines below each other. A long heading has a line of its
/// own.
fn hanging(heading: &str, text: &str) -> String {
    let is_long = heading.len() > WIDTH / 3;
    let indent = if is_long { 6 } else { heading.len() };
    let mut lines = vec![heading.to_owned()];
    if is_long {
        lines.push(" ".repeat(indent));
    }
    for word in text.split_whitespace() {
        let line = lines.last_mut().map_or(0, |line| line.len());
        if line + 1 + word.len() > WIDTH {
            lines.push(" ".repeat(indent));
        }
        if let Some(line) = lines.last_mut() {
            if line.len() > indent {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    let lines: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
    lines.join("\n")
}

/// Writes the manual pages to a folder, which is created if it is missing: one for the program, and one
/// for each command.
pub(super) fn write_pages(commands: &'static [Command], directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let mut program = command_line(commands, ColorChoice::Never).disable_help_subcommand(true);
    program.build();
    let mut page = Vec::new();
    write_page(&program, None, &mut page)?;
    fs::write(directory.join(format!("{BINARY}.1")), page)?;
    for subcommand in program.get_subcommands() {
        let command = commands.iter().find(|command| command.name == subcommand.get_name());
        let mut page = Vec::new();
        write_page(subcommand, command, &mut page)?;
        fs::write(directory.join(format!("{BINARY}-{}.1", subcommand.get_name())), page)?;
    }
    Ok(())
}

fn write_page(
    definition: &clap::Command,
    command: Option<&Command>,
    out: &mut dyn Write,
) -> io::Result<()> {
    // The sections for the end of the help have a better form here.
    let definition = definition.clone().after_help("").after_long_help("");
    let man = Man::new(definition.clone());
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if definition.has_subcommands() {
        man.render_subcommands_section(out)?;
    }
    let mut rest = Roff::new();
    if let Some(command) = command {
        rest.control("SH", ["EXAMPLES"]);
        for (line, comment) in examples(command) {
            rest.control("TP", []);
            rest.text([bold(line)]);
            rest.text([roman(comment)]);
        }
    }
    for Section { title, entries } in sections() {
        rest.control("SH", [title.to_uppercase().as_str()]);
        for (name, text) in entries {
            rest.control("TP", []);
            rest.text([bold(name)]);
            rest.text([roman(text)]);
        }
    }
    rest.to_writer(out)?;
    match definition.get_version() {
        Some(_) => man.render_version_section(out),
        None => Ok(()),
    }
}
