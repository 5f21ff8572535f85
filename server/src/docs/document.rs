//! A file of the documentation, with its compressed variants and its entity tag.

use std::io::Write;
use std::sync::OnceLock;

use bytes::Bytes;
use dropshot::{Body, HttpError};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, Response, StatusCode};
use sha2::{Digest, Sha256};

use super::files::FILES;

/// Quality of brotli, of 11: higher ones need ten times as long for a few percent.
const BROTLI_QUALITY: i32 = 7;

/// The base 2 logarithm of brotli's window: 4 MiB, the default of its programs.
const BROTLI_WINDOW: i32 = 22;

/// Files with a hash in their name never change.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// All other files are validated with their entity tag.
const VALIDATED: &str = "no-cache";

/// The folder of the files with a hash in their name.
const ASSETS: &str = "assets/";

/// A file of the documentation.
pub(super) struct Document {
    name: &'static str,
    media_type: &'static str,
    content: &'static [u8],
    variants: &'static OnceLock<Variants>,
}

/// The tag and the compressed variants, computed when a file is requested for the first time.
struct Variants {
    /// The digest of the content.
    tag: String,
    /// `None` if compression does not make the content smaller.
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Document {
    /// Finds a file by its path.
    pub(super) fn find(name: &str) -> Option<Document> {
        static VARIANTS: [OnceLock<Variants>; FILES.len()] =
            [const { OnceLock::new() }; FILES.len()];
        let index = FILES.iter().position(|(known, ..)| *known == name)?;
        let (name, media_type, content) = *FILES.get(index)?;
        Some(Document { name, media_type, content, variants: VARIANTS.get(index)? })
    }

    /// Returns the path of the file.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Finds the first file whose path begins so.
    pub(super) fn find_prefix(prefix: &str) -> Option<Document> {
        FILES
            .iter()
            .find(|(name, ..)| name.starts_with(prefix))
            .and_then(|(name, ..)| Self::find(name))
    }

    /// Returns the response to a request, compressed if the client accepts it. It has no body if the client
    /// has the content already.
    pub(super) fn response(
        &self,
        status: StatusCode,
        request: &HeaderMap,
    ) -> Result<Response<Body>, HttpError> {
        let Variants { tag, brotli, gzip } = self.variants.get_or_init(|| self.variants());
        let (encoding, content) = match (brotli, gzip) {
            (Some(brotli), _) if accepts(request, "br") => (Some("br"), brotli.clone()),
            (_, Some(gzip)) if accepts(request, "gzip") => (Some("gzip"), gzip.clone()),
            _ => (None, Bytes::from_static(self.content)),
        };
        let tag = format!("\"{tag}{}\"", encoding.map(|one| format!("-{one}")).unwrap_or_default());
        let is_asset = self.name.starts_with(ASSETS);
        let mut response = Response::builder()
            .header(CACHE_CONTROL, if is_asset { IMMUTABLE } else { VALIDATED })
            .header(VARY, "accept-encoding");
        if status == StatusCode::OK {
            response = response.header(ETAG, &tag);
            if has(request, &tag) {
                return Ok(response.status(StatusCode::NOT_MODIFIED).body(Body::empty())?);
            }
        }
        if let Some(encoding) = encoding {
            response = response.header(CONTENT_ENCODING, encoding);
        }
        let response = response.status(status).header(CONTENT_TYPE, self.media_type);
        Ok(response.body(content.into())?)
    }

    fn variants(&self) -> Variants {
        let digest = Sha256::digest(self.content);
        let tag = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let smaller = |compressed: Option<Vec<u8>>| {
            compressed.filter(|one| one.len() < self.content.len()).map(Bytes::from)
        };
        Variants { tag, brotli: smaller(brotli(self.content)), gzip: smaller(gzip(self.content)) }
    }
}

fn brotli(content: &[u8]) -> Option<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW,
        ..Default::default()
    };
    let mut compressed = Vec::new();
    let mut content = content;
    brotli::BrotliCompress(&mut content, &mut compressed, &parameters).ok()?;
    Some(compressed)
}

fn gzip(content: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).ok()?;
    encoder.finish().ok()
}

/// Returns true if a request accepts a content coding (RFC 9110 §12.5.3).
fn accepts(request: &HeaderMap, coding: &str) -> bool {
    let values = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = values.flat_map(|value| value.split(','));
    codings.any(|accepted| {
        let mut parts = accepted.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let is_rejected = parts.any(|parameter| {
            let weight = parameter.strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
            weight == Some(0.0)
        });
        is_named && !is_rejected
    })
}

/// Returns true if the client has the content with this entity tag (RFC 9110 §13.1.2).
fn has(request: &HeaderMap, tag: &str) -> bool {
    let values = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(','));
    tags.any(|known| {
        let known = known.trim();
        known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn coding_with_weight_zero_is_not_accepted() {
        for (header, expected) in [
            ("gzip, deflate, br", true),
            ("BR;q=0.5", true),
            ("br; q=0, gzip", false),
            ("br;q=0.000", false),
            ("brotli", false),
            ("", false),
        ] {
            let mut request = HeaderMap::new();
            request.insert(ACCEPT_ENCODING, header.parse().unwrap());
            assert_eq!(accepts(&request, "br"), expected, "{header}");
        }
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }

    #[test]
    fn compressed_variants_have_the_same_content() {
        let document = Document::find("index.html").unwrap();
        let variants = document.variants();
        let mut decoded = Vec::new();
        let mut compressed = &variants.brotli.unwrap()[..];
        brotli::BrotliDecompress(&mut compressed, &mut decoded).unwrap();
        assert!(decoded == document.content);
        let mut decoded = Vec::new();
        let mut decoder = flate2::write::GzDecoder::new(&mut decoded);
        decoder.write_all(&variants.gzip.unwrap()).unwrap();
        decoder.finish().unwrap();
        assert!(decoded == document.content);
    }
}
