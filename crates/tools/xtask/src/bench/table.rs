//! Tables on a terminal: two spaces between columns, figures right, header once, no boxes.

/// One column.
pub struct Column {
    name: String,
    is_figure: bool,
}

impl Column {
    /// A column of words, set left.
    pub fn text(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            is_figure: false,
        }
    }

    /// A column of figures, set right.
    pub fn figure(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            is_figure: true,
        }
    }
}

/// A titled table of text cells.
pub struct Table {
    title: String,
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub fn new(title: &str, columns: Vec<Column>) -> Self {
        Self {
            title: title.to_owned(),
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row; cells beyond the columns are dropped, missing ones are empty.
    pub fn row(&mut self, mut cells: Vec<String>) {
        cells.resize(self.columns.len(), String::new());
        self.rows.push(cells);
    }

    /// The table as lines, each ending in a line break.
    pub fn render(&self) -> String {
        let header: Vec<String> = self
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        let lines: Vec<&[String]> = std::iter::once(&header)
            .chain(&self.rows)
            .map(Vec::as_slice)
            .collect();
        let width = |at: usize| lines.iter().map(|cells| cells[at].chars().count()).max();
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|at| width(at).unwrap_or(0))
            .collect();
        let mut out = format!("{}\n", self.title);
        for cells in lines {
            let line: String = self
                .columns
                .iter()
                .zip(cells.iter().zip(&widths))
                .map(|(column, (cell, width))| match column.is_figure {
                    true => format!("  {cell:>width$}"),
                    false => format!("  {cell:<width$}"),
                })
                .collect();
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

/// A figure as people read it: thousands in groups, decimals only below 100.
pub fn figure(value: f64) -> String {
    if value.abs() < 100.0 {
        return format!("{value:.2}");
    }
    let digits = format!("{:.0}", value.abs());
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if value < 0.0 {
        format!("-{grouped}")
    } else {
        grouped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_right_and_words_left() {
        let mut table = Table::new("t", vec![Column::text("name"), Column::figure("rate")]);
        table.row(vec!["a".to_owned(), "7".to_owned()]);
        table.row(vec!["longer".to_owned(), "1,234".to_owned()]);
        assert_eq!(
            table.render(),
            "t\n  name     rate\n  a           7\n  longer  1,234\n"
        );
    }

    #[test]
    fn figures_are_grouped() {
        assert_eq!(figure(1_234_567.4), "1,234,567");
        assert_eq!(figure(999.6), "1,000");
        assert_eq!(figure(0.5), "0.50");
        assert_eq!(figure(-1500.0), "-1,500");
    }
}
