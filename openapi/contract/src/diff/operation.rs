//! The comparison of two operations.

use std::collections::{BTreeMap, HashMap};

use super::credentials;
use super::difference::Side;
use super::emission;
use super::location::Location;
use super::mode::ComparisonMode;
use super::part::Part;
use super::path;
use super::responses;
use super::walk::{Presence, Walk, union};
use crate::model::{
    Aspect, Body, Content, Facts, MediaType, Operation, OperationKey, Parameter, Response,
};
use crate::reader::child;

impl Walk<'_> {
    pub(super) fn operation(
        &mut self,
        keys: [&OperationKey; 2],
        contract: &Operation,
        server: &Operation,
        in_callback: bool,
    ) {
        let mut location = Location::operation(keys[0]);
        location.in_callback = in_callback;
        let whole = [contract.pointer.as_str(), server.pointer.as_str()];
        self.facts(&location, whole, &contract.facts, &server.facts);
        self.texts(&location, whole, &contract.texts, &server.texts);
        self.security(&location, contract, server);
        self.parameters(&location, keys, contract, server);
        self.body(&location, whole, contract.body.as_ref(), server.body.as_ref());
        self.responses(&location, contract, server);
    }

    fn security(&mut self, location: &Location, contract: &Operation, server: &Operation) {
        let delta = |loosened: bool| {
            let values = [Some(true.into()), loosened.then_some(true.into())];
            location.delta(Aspect::Security.keyword(), values)
        };
        match self.mode {
            ComparisonMode::Emission => {
                let problems = credentials::security(self.contract, self.server, contract, server);
                self.result.compared += contract.security.schemes().len().max(1);
                for (sides, edit) in problems {
                    self.differ(location, sides, edit, delta(false));
                }
            }
            ComparisonMode::Documents | ComparisonMode::Releases => {
                self.result.compared += 1;
                if contract.security.requirements != server.security.requirements {
                    let texts = [contract, server].map(|one| one.security.to_string());
                    let is_enough = texts[0] != texts[1];
                    let side = |operation: &Operation| {
                        let security = &operation.security;
                        let text =
                            if is_enough { security.to_string() } else { format!("{security:#}") };
                        Side::new(&security.pointer, text)
                    };
                    let edit = format!("require {}", server.security);
                    let loosened = server.security.allows_all_of(&contract.security);
                    self.differ(location, [side(contract), side(server)], edit, delta(loosened));
                }
            }
        }
    }

    fn parameters(
        &mut self,
        location: &Location,
        keys: [&OperationKey; 2],
        contract: &Operation,
        server: &Operation,
    ) {
        // The path parameters of the server by their names in the contract.
        let [mine, other] = keys.map(|key| path::names(&key.path));
        let renamed: HashMap<_, _> = other.into_iter().zip(mine).collect();
        let name_in_contract = |(kind, name): &(String, String)| {
            let renamed = renamed.get(name.as_str()).filter(|_| kind == "path");
            (kind.clone(), renamed.map_or_else(|| name.clone(), |name| (*name).to_owned()))
        };
        let others: BTreeMap<_, _> =
            server.parameters.iter().map(|(key, one)| (name_in_contract(key), one)).collect();
        for key in union(&contract.parameters, &others) {
            let (kind, name) = key;
            let inside = location.part(Part::Parameter, &format!("{kind} parameter `{name}`"));
            let sides = [contract.parameters.get(key), others.get(key).copied()];
            let is_credential = match sides[0] {
                None => credentials::shows_security(self.contract, key),
                Some(_) => credentials::reads(contract, key),
            };
            if self.mode == ComparisonMode::Emission && is_credential {
                continue;
            }
            let whole = [contract.pointer.as_str(), server.pointer.as_str()];
            let thing = format!("the {kind} parameter `{name}`");
            self.parameter(&inside, thing, whole, sides);
        }
    }

    fn parameter(
        &mut self,
        location: &Location,
        thing: String,
        whole: [&str; 2],
        sides: [Option<&Parameter>; 2],
    ) {
        let [contract, server] = sides;
        self.presence(Presence {
            location,
            keyword: "",
            required: sides.into_iter().flatten().any(|one| required(&one.facts)),
            thing,
            contract: (contract.is_some(), contract.map_or(whole[0], |one| &one.site)),
            server: (server.is_some(), server.map_or(whole[1], |one| &one.site)),
        });
        let (Some(contract), Some(server)) = (contract, server) else { return };
        let location = &self.behind(location.clone(), [&contract.site, &server.site]);
        let whole = [contract.pointer.as_str(), server.pointer.as_str()];
        self.facts(location, whole, &contract.facts, &server.facts);
        self.texts(location, whole, &contract.texts, &server.texts);
        let sites = whole.map(|pointer| child(pointer, "schema"));
        let sites = [sites[0].as_str(), sites[1].as_str()];
        let is_list_as_text = match (contract.schema, server.schema) {
            (Some(mine), Some(other)) => {
                emission::is_list_as_text(&self.contract.schemas[mine], &self.server.schemas[other])
            }
            _ => false,
        };
        if self.mode != ComparisonMode::Emission || !is_list_as_text {
            self.described(location, whole, sites, contract.schema, server.schema);
        }
        self.content(location, whole, &contract.content, &server.content);
    }

    fn body(
        &mut self,
        location: &Location,
        whole: [&str; 2],
        contract: Option<&Body>,
        server: Option<&Body>,
    ) {
        let location = location.part(Part::RequestBody, "request body");
        self.presence(Presence {
            location: &location,
            keyword: "",
            required: [contract, server].into_iter().flatten().any(|body| required(&body.facts)),
            thing: "a request body".to_owned(),
            contract: (contract.is_some(), contract.map_or(whole[0], |body| &body.site)),
            server: (server.is_some(), server.map_or(whole[1], |body| &body.site)),
        });
        let (Some(contract), Some(server)) = (contract, server) else { return };
        let location = self.behind(location, [&contract.site, &server.site]);
        let whole = [contract.pointer.as_str(), server.pointer.as_str()];
        self.facts(&location, whole, &contract.facts, &server.facts);
        self.texts(&location, whole, &contract.texts, &server.texts);
        self.content(&location, whole, &contract.content, &server.content);
    }

    fn responses(&mut self, location: &Location, contract: &Operation, server: &Operation) {
        let pairs = match self.mode {
            ComparisonMode::Emission => responses::pairs(self.server, contract, server),
            ComparisonMode::Documents | ComparisonMode::Releases => {
                union(&contract.responses, &server.responses)
                    .into_iter()
                    .map(|status| responses::Pair {
                        status: status.clone(),
                        contract: contract.responses.get(status),
                        server: server.responses.get(status),
                        headers: true,
                    })
                    .collect()
            }
        };
        for pair in pairs {
            let inside = location.part(Part::Response, &format!("response {}", pair.status));
            let pointer = |operation: &Operation, response: Option<&Response>| match response {
                Some(response) => response.site.clone(),
                None => child(&operation.pointer, "responses"),
            };
            self.presence(Presence {
                location: &inside,
                keyword: "",
                required: false,
                thing: format!("a response {}", pair.status),
                contract: (pair.contract.is_some(), &pointer(contract, pair.contract)),
                server: (pair.server.is_some(), &pointer(server, pair.server)),
            });
            let (Some(contract), Some(server)) = (pair.contract, pair.server) else { continue };
            let sites = [contract.site.as_str(), server.site.as_str()];
            let inside = self.behind(inside, sites);
            let whole = [contract.pointer.as_str(), server.pointer.as_str()];
            self.facts(&inside, whole, &contract.facts, &server.facts);
            self.texts(&inside, whole, &contract.texts, &server.texts);
            let body = location.part(Part::ResponseBody, &format!("response {}", pair.status));
            let body = self.behind(body, sites);
            self.content(&body, whole, &contract.content, &server.content);
            if !pair.headers {
                continue;
            }
            for name in union(&contract.headers, &server.headers) {
                let sides = [contract.headers.get(name), server.headers.get(name)];
                let written = sides[0].or(sides[1]).map_or(name, |header| &header.name);
                let inside = inside.part(Part::ResponseHeader, &format!("header `{written}`"));
                let thing = format!("the header `{written}`");
                self.parameter(&inside, thing, whole, sides);
            }
        }
    }

    fn content(
        &mut self,
        location: &Location,
        whole: [&str; 2],
        contract: &Content,
        server: &Content,
    ) {
        if self.mode == ComparisonMode::Emission
            && let Some(([mine, other], is_described)) =
                emission::media_types(self.server, contract, server)
        {
            self.result.compared += 1;
            if is_described {
                self.media_type(location, [mine.1, other.1]);
            }
            return;
        }
        for name in union(contract, server) {
            let sides: [Option<&MediaType>; 2] = [contract.get(name), server.get(name)];
            let pointer = |number: usize| {
                sides[number].map_or(whole[number], |media: &MediaType| &media.pointer)
            };
            self.presence(Presence {
                location,
                keyword: "mediaType",
                required: false,
                thing: format!("the media type `{name}`"),
                contract: (sides[0].is_some(), pointer(0)),
                server: (sides[1].is_some(), pointer(1)),
            });
            if let [Some(contract), Some(server)] = sides {
                self.media_type(location, [contract, server]);
            }
        }
    }

    fn media_type(&mut self, location: &Location, [contract, server]: [&MediaType; 2]) {
        let whole = [contract.pointer.as_str(), server.pointer.as_str()];
        self.facts(location, whole, &contract.facts, &server.facts);
        self.texts(location, whole, &contract.texts, &server.texts);
        let sites = whole.map(|pointer| child(pointer, "schema"));
        let sites = [sites[0].as_str(), sites[1].as_str()];
        self.described(location, whole, sites, contract.schema, server.schema);
    }
}

fn required(facts: &Facts) -> bool {
    facts.contains_key(&Aspect::Required)
}
