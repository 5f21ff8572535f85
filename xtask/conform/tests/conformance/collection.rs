//! A small server of folders with notes, with at most one deliberate fault.

use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use crate::http::{HttpServer, Request};
use crate::server::Fault;

/// A folder and its notes, each with its number.
struct Folder {
    id: u64,
    notes: Vec<(u64, Value)>,
}

#[derive(Default)]
struct State {
    folders: Vec<Folder>,
    /// The number of objects created so far.
    created: u64,
}

pub(super) struct Collection {
    pub http: HttpServer,
    state: Arc<Mutex<State>>,
}

impl Collection {
    pub fn start(fault: Fault) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let http = HttpServer::start(move |request| {
            let (status, body) = shared.lock().unwrap().respond(fault, request);
            if status == 444 {
                return None;
            }
            let body = body.map_or(String::new(), |body| body.to_string());
            let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
            let length = body.len();
            let head = format!("HTTP/1.1 {status} Status\r\n{kind}Content-Length: {length}");
            Some(format!("{head}\r\nConnection: close\r\n\r\n{body}"))
        });
        Collection { http, state }
    }

    /// Adds a folder with a note, and returns their identifiers.
    pub fn add_note(&self) -> (String, String) {
        let mut state = self.state.lock().unwrap();
        state.created += 1;
        let id = state.created;
        state.folders.push(Folder { id, notes: Vec::new() });
        let note = json!({ "text": "Mine", "colour": "red", "words": 1 });
        let folder = state.folders.len() - 1;
        let note = state.store(folder, note);
        (id.to_string(), note["note_id"].as_str().unwrap().to_owned())
    }

    /// Returns the first note.
    pub fn first_note(&self) -> Value {
        self.state.lock().unwrap().folders[0].notes[0].1.clone()
    }

    /// Returns the number of objects that exist, and the number that have been created.
    pub fn objects(&self) -> (usize, u64) {
        let state = self.state.lock().unwrap();
        let notes: usize = state.folders.iter().map(|folder| folder.notes.len()).sum();
        (state.folders.len() + notes, state.created)
    }
}

type Answer = (u16, Option<Value>);

fn error(status: u16, message: &str) -> Answer {
    (status, Some(json!({ "error": message })))
}

impl State {
    fn respond(&mut self, fault: Fault, request: &Request) -> Answer {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let segments: Vec<_> = path.trim_matches('/').split('/').collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("POST", ["folders"]) => match created(request, &["title"], 0) {
                Ok(sent) => {
                    self.created += 1;
                    let id = self.created;
                    self.folders.push(Folder { id, notes: Vec::new() });
                    (201, Some(json!({ "folder_id": id, "title": sent["title"] })))
                }
                Err(answer) => answer,
            },
            ("DELETE", ["folders", _]) if fault == "deletions refused" => error(400, "no"),
            ("DELETE", ["folders", id]) => self.in_folder(id, |state, index| {
                state.folders.remove(index);
                (204, None)
            }),
            ("POST", ["folders", id, "notes"]) => {
                self.in_folder(id, |state, index| state.create_note(fault, index, request))
            }
            ("GET", ["folders", id, "notes"]) => {
                self.in_folder(id, |state, index| list(fault, &state.folders[index], query))
            }
            (method, ["folders", id, "notes", note]) => {
                self.in_folder(id, |state, index| match method {
                    "PUT" => state.update_note(fault, index, note, request),
                    _ => state.note(fault, index, method, note),
                })
            }
            _ => error(404, "no such path"),
        }
    }

    fn in_folder(&mut self, id: &str, respond: impl FnOnce(&mut Self, usize) -> Answer) -> Answer {
        match id.parse::<u64>() {
            Ok(0) | Err(_) => error(400, "folder_id"),
            Ok(id) => match self.folders.iter().position(|folder| folder.id == id) {
                Some(index) => respond(self, index),
                None => error(404, "no such object"),
            },
        }
    }

    fn create_note(&mut self, fault: Fault, folder: usize, request: &Request) -> Answer {
        let sent = match created(request, &["text", "colour"], 1) {
            Ok(sent) => sent,
            Err(answer) => {
                if fault == "a rejected note stored" && !request.body.is_empty() {
                    self.store(folder, json!({ "text": "x", "colour": "red", "words": 1 }));
                }
                return answer;
            }
        };
        let text = sent["text"].as_str().unwrap();
        let text = if fault == "the text trimmed" { text.trim() } else { text };
        let colour = sent.get("colour").cloned().unwrap_or_else(|| "red".into());
        let words = text.split_whitespace().count();
        let note = self.store(folder, json!({ "text": text, "colour": colour, "words": words }));
        match fault {
            "no response to a creation" if !text.is_ascii() => (444, None),
            "no identifier in the response" => (201, Some(json!({ "text": text }))),
            _ => (201, Some(note)),
        }
    }

    fn update_note(&mut self, fault: Fault, folder: usize, id: &str, request: &Request) -> Answer {
        let known: &[_] = match fault {
            "a secret accepted" => &["text", "colour", "secret"],
            _ => &["text", "colour"],
        };
        let (status, note) = self.note(fault, folder, "GET", id);
        let (200, Some(mut note)) = (status, note.clone()) else { return (status, note) };
        let sent = match body(request, known, 1) {
            Ok(sent) => sent,
            Err(answer) => return answer,
        };
        for name in ["text", "colour"] {
            if let Some(value) = sent.get(name) {
                note[name] = value.clone();
            }
        }
        note["words"] = note["text"].as_str().unwrap().split_whitespace().count().into();
        let notes = &mut self.folders[folder].notes;
        let stored = notes.iter_mut().find(|(_, stored)| stored["note_id"] == note["note_id"]);
        stored.unwrap().1 = note.clone();
        (200, Some(note))
    }

    fn store(&mut self, folder: usize, mut note: Value) -> Value {
        self.created += 1;
        let number = self.created * 1000;
        note["note_id"] = format!("n{number}").into();
        self.folders[folder].notes.push((number, note.clone()));
        note
    }

    fn note(&mut self, fault: Fault, folder: usize, method: &str, id: &str) -> Answer {
        let Some(number) = id.strip_prefix('n').filter(|text| text.parse::<u64>().is_ok()) else {
            return error(400, "note_id");
        };
        let number = number.parse::<u64>().unwrap();
        let notes = &mut self.folders[folder].notes;
        let Some(index) = notes.iter().position(|(other, _)| *other == number) else {
            let is_deleted = number % 1000 == 0 && number / 1000 <= self.created;
            let is_shown = is_deleted && fault == "another 404 for a deleted note";
            return error(404, if is_shown { "deleted" } else { "no such object" });
        };
        let mut note = notes[index].1.clone();
        match method {
            "GET" => {
                match fault {
                    "the text in capitals when read" => {
                        note["text"] = note["text"].as_str().unwrap().to_uppercase().into();
                    }
                    "the words counted when read" => note["words"] = 99.into(),
                    "another note when read" => note["note_id"] = "n0".into(),
                    _ => {}
                }
                (200, Some(note))
            }
            _ => {
                match fault {
                    "a deletion that does nothing" => {}
                    "deletions refused" => return error(400, "no"),
                    _ => drop(notes.remove(index)),
                }
                (204, None)
            }
        }
    }
}

/// Returns a list of notes, the latest first.
fn list(fault: Fault, folder: &Folder, query: &str) -> Answer {
    let (mut limit, mut after, mut colour) = (None, u64::MAX, None);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match name {
            "limit" => match value.parse::<usize>() {
                Ok(number @ 1..=100) => limit = Some(number),
                _ => return error(400, "limit"),
            },
            "after" => match value.parse() {
                Ok(_) if fault == "the cursor ignored" => {}
                Ok(number) => after = number,
                Err(_) => return error(400, "after"),
            },
            _ => match value {
                "all" => {}
                "red" | "green" => colour = Some(value),
                _ => return error(400, "colour"),
            },
        }
    }
    let mut notes: Vec<_> =
        folder.notes.iter().rev().filter(|(number, _)| *number < after).collect();
    match fault {
        "the filter ignored" => {}
        _ => notes.retain(|(_, note)| colour.is_none_or(|colour| note["colour"] == colour)),
    }
    match fault {
        "the latest note not listed" if !notes.is_empty() => drop(notes.remove(0)),
        "a note listed twice" => notes.extend(notes.last().copied()),
        _ => {}
    }
    let mut next = None;
    if let Some(limit) = limit {
        let size = if fault == "the limit exceeded" { limit + 1 } else { limit };
        if notes.len() > size {
            let skipped = if fault == "a note skipped between pages" { size } else { size - 1 };
            next = Some(notes[skipped].0.to_string());
        }
        notes.truncate(size);
    }
    let notes: Vec<_> = notes.into_iter().map(|(_, note)| note).collect();
    let mut body = json!({ "notes": notes });
    if let Some(next) = next {
        body["next"] = next.into();
    }
    (200, Some(body))
}

/// Returns the members of a body; the first of the `known` ones is required.
fn created(
    request: &Request,
    known: &[&str],
    shortest: usize,
) -> Result<Map<String, Value>, Answer> {
    let sent = body(request, known, shortest)?;
    if sent.contains_key(known[0]) { Ok(sent) } else { Err(error(400, known[0])) }
}

/// Returns the members of a body; the first of the `known` ones is a text.
fn body(request: &Request, known: &[&str], shortest: usize) -> Result<Map<String, Value>, Answer> {
    let media = request.headers.get("content-type").map_or("", String::as_str);
    let media = media.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("application/json") {
        return Err(error(415, "content-type"));
    }
    let bad = |message: &str| error(400, message);
    let text = String::from_utf8_lossy(&request.body);
    let sent: Map<String, Value> = serde_json::from_str(&text).map_err(|_| bad("body"))?;
    let is_twice = |name: &String| text.matches(&format!("\"{name}\":")).count() > 1;
    if sent.keys().any(|name| !known.contains(&name.as_str()) || is_twice(name)) {
        return Err(bad("property"));
    }
    if let Some(text) = sent.get(known[0]) {
        let text = text.as_str().ok_or_else(|| bad(known[0]))?;
        if !(shortest..=40).contains(&text.chars().count()) {
            return Err(bad(known[0]));
        }
    }
    if sent.get("secret").is_some_and(|secret| !secret.is_string()) {
        return Err(bad("secret"));
    }
    let colour = sent.get("colour").is_none_or(|colour| colour == "red" || colour == "green");
    if colour { Ok(sent) } else { Err(bad("colour")) }
}
