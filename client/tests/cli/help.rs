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
    assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130]);
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
