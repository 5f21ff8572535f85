#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| agenthuman_links_properties::check_request(input));
