//! A request as the pages show it: in every language, with its response.

use serde_json::{Value, json};

use crate::html::{code, escape};
use crate::samples::{Language, Sample};

/// A request with its texts and its response.
#[derive(Debug)]
pub(crate) struct Case {
    summary: String,
    /// The name of the language, its syntax and the text.
    texts: Vec<(&'static str, &'static str, String)>,
    /// The status and the body of the response.
    response: Option<(String, String)>,
    /// The inputs for the form that sends requests; `None` if this takes several requests.
    inputs: Option<Value>,
}

impl Case {
    pub(crate) fn new(sample: &Sample) -> Self {
        let texts = sample.texts.iter().map(|text| {
            (text.language.name(), text.language.syntax(), text.text.trim_end().to_owned())
        });
        let inputs = sample.text(Language::Curl).map(|_| {
            let parameters = sample.parameters.iter();
            let parameters: serde_json::Map<_, _> =
                parameters.map(|(name, _, value)| (name.clone(), json!(value))).collect();
            let body = sample.body.as_ref().map(|body| format!("{body:#}"));
            json!({ "summary": sample.summary, "parameters": parameters, "body": body })
        });
        let response = sample.response.as_ref();
        Case {
            summary: sample.summary.clone(),
            texts: texts.collect(),
            response: response.map(|(status, body)| (status.clone(), format!("{body:#}"))),
            inputs,
        }
    }

    /// Returns the request and its response in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("### {}\n\n", self.summary);
        for (language, syntax, code) in &self.texts {
            text.push_str(&format!("{language}:\n\n```{syntax}\n{code}\n```\n\n"));
        }
        if let Some((status, body)) = &self.response {
            text.push_str(&format!("Response {status}:\n\n```json\n{body}\n```\n\n"));
        }
        text
    }

    fn html(&self, number: usize) -> String {
        let texts =
            self.texts.iter().map(|(name, syntax, text)| (name.to_string(), code(syntax, text)));
        let mut html = tabs(&format!("language-{number}"), texts.collect());
        if self.inputs.is_some() {
            html.push_str(&format!(
                "<p class=\"try scripted\"><button type=\"button\" data-try=\"{number}\">Try it</button></p>"
            ));
        }
        if let Some((status, body)) = &self.response {
            html.push_str(&format!("<p class=\"code-title\">Response {}</p>", escape(status)));
            html.push_str(&code("json", body));
        }
        html
    }
}

/// Returns the HTML of all requests of an operation, and the data for the form.
pub(crate) fn html(cases: &[Case]) -> String {
    let panels = cases.iter().enumerate();
    let panels = panels.map(|(number, case)| (escape(&case.summary), case.html(number))).collect();
    let inputs: Vec<_> = cases.iter().map(|case| &case.inputs).collect();
    // `</script>` in a text would end the element.
    let data = json!(inputs).to_string().replace('<', "\\u003c");
    format!(
        "<div class=\"samples\">{}\
         <script type=\"application/json\" id=\"try-data\">{data}</script></div>",
        tabs("sample", panels)
    )
}

/// Returns tabs, which need no script. A tab has a label and a panel, in HTML.
fn tabs(name: &str, tabs: Vec<(String, String)>) -> String {
    let (mut labels, mut panels) = (String::new(), String::new());
    for (number, (label, panel)) in tabs.into_iter().enumerate() {
        let checked = if number == 0 { " checked" } else { "" };
        labels.push_str(&format!(
            "<input type=\"radio\" name=\"{name}\" id=\"{name}-{number}\"{checked}>\
             <label for=\"{name}-{number}\">{label}</label>"
        ));
        panels.push_str(&format!("<div>{panel}</div>"));
    }
    let kind = name.split('-').next().unwrap_or_default();
    format!("<div class=\"tabs {kind}\">{labels}<div class=\"panels\">{panels}</div></div>")
}
