//! The results as tables in Markdown and a plot in SVG.

use std::fmt::Write;
use std::path::PathBuf;

use crate::sample::Measured;

/// One row of a table: the results of all rounds for each number of connections.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) measured: Vec<Vec<Measured>>,
    /// Resident memory in KiB, after the start and at the end.
    pub(crate) memory: Option<(u64, u64)>,
}

/// Returns the fastest round: other load on the machine can only slow a round down.
pub(crate) fn best(rounds: &[Measured]) -> Measured {
    let faster = |one: &Measured, other: &Measured| one.per_second.total_cmp(&other.per_second);
    rounds.iter().copied().max_by(faster).expect("there is at least one round")
}

/// Writes a table of updates per second, p50 and p99 in milliseconds, and memory.
pub(crate) fn table(title: &str, file: &str, connections: &[usize], rows: &[Row]) {
    let mut text = format!(
        "# {title}: durable updates per second (p50 / p99 in ms, processor time of \
                                the server per update in µs)\n\n|"
    );
    for connections in connections {
        let plural = if *connections == 1 { "" } else { "s" };
        write!(text, " | {connections} connection{plural}").unwrap();
    }
    text.push_str(" | resident MiB, start → end |\n|---");
    text.push_str(&"|---:".repeat(connections.len() + 1));
    text.push_str("|\n");
    for row in rows {
        write!(text, "| {}", row.name).unwrap();
        for rounds in &row.measured {
            let Measured { per_second, p50, p99, processor_time, .. } = best(rounds);
            let millis = |time: std::time::Duration| time.as_secs_f64() * 1000.0;
            write!(text, " | {per_second:.0} ({:.2} / {:.2}", millis(p50), millis(p99)).unwrap();
            if !processor_time.is_zero() {
                write!(text, ", {:.0}", processor_time.as_secs_f64() * 1e6).unwrap();
            }
            text.push(')');
        }
        match row.memory {
            Some(memory) => writeln!(text, " | {} |", mebibytes(memory)).unwrap(),
            None => text.push_str(" | |\n"),
        }
    }
    save(&format!("{file}.md"), &text);
}

/// Writes the table of throughput by number of links.
pub(crate) fn growth(rows: &[(usize, Measured, (u64, u64))]) {
    let mut text = "# SQLite: throughput by number of links, at 64 connections\n\n| links | updates per second \
                    | of the first | p99 in ms | resident MiB, start → end |\n|---:|---:|---:|---:|---:|\n"
        .to_owned();
    let first = rows[0].1.per_second;
    for (links, measured, memory) in rows {
        let Measured { per_second, p99, .. } = measured;
        let share = per_second / first * 100.0;
        let p99 = p99.as_secs_f64() * 1000.0;
        let memory = mebibytes(*memory);
        writeln!(text, "| {links} | {per_second:.0} | {share:.0} % | {p99:.2} | {memory} |")
            .unwrap();
    }
    save("growth.md", &text);
}

fn mebibytes((start, end): (u64, u64)) -> String {
    format!("{:.0} → {:.0}", start as f64 / 1024.0, end as f64 / 1024.0)
}

/// Writes a bar chart with a group for each number of connections and a bar for each row.
pub(crate) fn plot(connections: &[usize], rows: &[Row]) {
    const COLOURS: [&str; 7] =
        ["#1b6ca8", "#e07a5f", "#f2cc8f", "#81b29a", "#5a7d9a", "#9d9da8", "#c9ada7"];
    const WIDTH: f64 = 800.0;
    const HEIGHT: f64 = 300.0;
    const LEFT: f64 = 70.0;
    const TOP: f64 = 150.0;
    let rate = |row: &Row, column: usize| best(&row.measured[column]).per_second;
    let columns = 0..connections.len();
    let highest = rows.iter().flat_map(|row| columns.clone().map(move |column| rate(row, column)));
    let highest = highest.fold(1.0, f64::max);
    let group = WIDTH / connections.len() as f64;
    let bar = group * 0.8 / rows.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" \
         fill=\"white\"/>\n<text x=\"{LEFT}\" y=\"22\" font-size=\"16\">Durable updates per \
         second on SQLite, by connections</text>\n",
        LEFT + WIDTH + 20.0,
        TOP + HEIGHT + 40.0
    );
    for (index, row) in rows.iter().enumerate() {
        let (y, colour) = (32.0 + 18.0 * index as f64, COLOURS[index % COLOURS.len()]);
        let text_y = y + 11.0;
        writeln!(
            svg,
            "<rect x=\"{LEFT}\" y=\"{y}\" width=\"12\" height=\"12\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"{text_y}\">{}</text>",
            LEFT + 18.0,
            row.name
        )
        .unwrap();
        for column in columns.clone() {
            let value = rate(row, column);
            let height = value / highest * HEIGHT;
            let x = LEFT + group * (column as f64 + 0.1) + bar * index as f64;
            let y = TOP + HEIGHT - height;
            writeln!(
                svg,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height:.1}\" \
                 fill=\"{colour}\"/><text x=\"{:.1}\" y=\"{:.1}\" font-size=\"9\" \
                 text-anchor=\"middle\">{:.1}k</text>",
                bar - 2.0,
                x + bar / 2.0 - 1.0,
                y - 3.0,
                value / 1000.0
            )
            .unwrap();
        }
    }
    for (column, connections) in connections.iter().enumerate() {
        let (x, y) = (LEFT + group * (column as f64 + 0.5), TOP + HEIGHT + 20.0);
        writeln!(svg, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{connections}</text>")
            .unwrap();
    }
    let floor = TOP + HEIGHT;
    writeln!(
        svg,
        "<line x1=\"{LEFT}\" y1=\"{floor}\" x2=\"{}\" y2=\"{floor}\" stroke=\"black\"/>\n</svg>",
        LEFT + WIDTH
    )
    .unwrap();
    save("sqlite.svg", &svg);
}

fn save(name: &str, text: &str) {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/results"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), text).unwrap();
    if name.ends_with(".md") {
        println!("{text}");
    }
    println!("written: {}", folder.join(name).display());
}
