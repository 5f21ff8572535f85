//! Help texts and shell completions.

use crate::links;

const COMMANDS: [&str; 5] = ["list", "create", "get", "update", "delete"];

/// Words that describe HTTP requests. On the command line they mislead: there are flags instead.
const MISLEADING: [&str; 8] =
    [" body", "`null`", "`{}`", "next_cursor", "absent", "field is ", "rejected with", "caller"];

#[test]
fn help_lists_every_exit_code() {
    let (code, help, _) = links(&["--help"], &[]);
    assert_eq!(code, 0);
    let (_, codes) = help.split_once("Exit codes:\n").unwrap();
    let number = |line: &str| line.split_whitespace().next()?.parse::<u8>().ok();
    let codes: Vec<_> = codes.lines().filter_map(number).collect();
    assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 130]);
    for command in COMMANDS {
        let (_, help, _) = links(&[command, "--help"], &[]);
        assert!(help.contains("`links --help` describes"), "{command}: {help}");
    }
}

#[test]
fn help_of_every_command_speaks_of_flags_instead_of_requests() {
    for command in COMMANDS {
        for flag in ["-h", "--help"] {
            let (code, help, _) = links(&[command, flag], &[]);
            assert_eq!(code, 0);
            for word in MISLEADING {
                assert!(!help.contains(word), "{command} {flag} has `{word}`: {help}");
            }
            let longest = help.lines().map(|line| line.chars().count()).max();
            assert!(longest <= Some(100), "{command} {flag}: {help}");
        }
    }
}

#[test]
fn help_of_every_command_has_an_example_that_clap_accepts() {
    for command in COMMANDS {
        let (_, help, _) = links(&[command, "--help"], &[]);
        let (_, examples) = help.split_once("Examples:\n").unwrap();
        let lines = examples.lines().take_while(|line| line.starts_with("  "));
        let lines = lines.filter_map(|line| line.strip_prefix("  links "));
        let mut count = 0;
        for line in lines.filter(|line| !line.contains("--from")) {
            // The parts between quotes are one word.
            let words = line.split('"').enumerate().flat_map(|(number, part)| match number % 2 {
                0 => part.split_whitespace().collect(),
                _ => vec![part],
            });
            let mut words: Vec<_> = words.collect();
            if !words.contains(&"--dry-run") {
                words.push("--dry-run");
            }
            let (code, _, stderr) = links(&words, &[]);
            assert_eq!(code, 0, "{line}: {stderr}");
            count += 1;
        }
        assert!(count > 0, "{help}");
    }
}

#[test]
fn manual_has_a_page_for_each_command_with_examples_and_exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man1");
    let (code, _, stderr) = links(&["man", pages.to_str().unwrap()], &[]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let read = |name: &str| std::fs::read_to_string(pages.join(name)).unwrap();
    let program = read("links.1");
    for word in ["AGENTHUMAN_API_KEY", "AGENTHUMAN_PROFILE", "config.toml", "EXIT CODES", "130"] {
        assert!(program.contains(word), "{word}: {program}");
    }
    for command in COMMANDS {
        let page = read(&format!("links-{command}.1"));
        let example = format!("links {command}");
        for word in [".TH", "EXAMPLES", &example, "EXIT CODES", "ENVIRONMENT"] {
            assert!(page.replace("\\-", "-").contains(word), "{command}: {word}: {page}");
        }
    }
}

#[test]
fn completions_have_every_command_and_its_flags() {
    let flags = ["all", "cursor", "limit", "status", "yes", "dry-run", "clear-expires-at"];
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, script, stderr) = links(&["completions", shell], &[]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{shell}");
        for word in COMMANDS.iter().chain(&flags) {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn bash_completes_commands_flags_and_values() {
    let (_, script, _) = links(&["completions", "bash"], &[]);
    for (words, expected) in [
        ("links de", "delete"),
        ("links l", "list"),
        ("links list --a", "--all --allow-http"),
        ("links list --status e", "expired"),
        ("links delete lnk_1 --y", "--yes"),
        ("links create agnt_1 --clear-n", "--clear-name"),
        ("links update lnk_1 --status p", "paused"),
        ("links completions z", "zsh"),
    ] {
        let complete = format!(
            "{script}\nCOMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n\
             _links links \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"\n\
             echo \"${{COMPREPLY[*]}}\""
        );
        let output = std::process::Command::new("bash").args(["-c", &complete]).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), expected, "{words}");
    }
}
