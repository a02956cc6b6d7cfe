//! A chart as a drawing for the page, by plotters.
//!
//! Colours are written as variables of the page's style, so that one drawing serves light and dark
//! screens. The drawings are small and stand in a grid: on a narrow screen there is one beside none,
//! and its letters stay readable. Titles and legends are the page's text.

use std::fmt::Write;

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// Pixels of a drawing at its natural size.
const SIZE: (u32, u32) = (360, 236);

/// Colours that stand for the page's own.
const INK: RGBColor = RGBColor(1, 1, 1);
const GRID: RGBColor = RGBColor(2, 2, 2);

/// Colours of the style sheet.
pub(super) const COLOURS: usize = 9;

/// What is drawn.
pub(super) struct Chart {
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) marks: Vec<Mark>,
}

/// An axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Axis {
    /// Numbers, from the least to the most.
    Numbers(&'static str),
    /// Shares as percentages, from 0 to the most.
    Shares(&'static str),
    /// Shares as percentages, from 0 to 100.
    Probability(&'static str),
    /// Differences of shares in percentage points, around 0.
    Differences(&'static str),
    /// Powers of two at equal distances: what is given is the exponent.
    Powers(&'static str),
}

/// Something with a colour, by its number.
pub(super) struct Mark {
    pub(super) colour: usize,
    pub(super) shape: Shape,
    /// x, y, and the band around y.
    pub(super) points: Vec<Point>,
}

/// A place and a range around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// How points are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A line in its band.
    Line,
    /// The same, dashed.
    Dashed,
    /// Dots on a line with bars.
    Bars,
    /// The band alone, filled.
    Area,
}

impl Point {
    /// A place without a range.
    pub(super) fn at(x: f64, y: f64) -> Self {
        let (low, high) = (y, y);
        Self { x, y, low, high }
    }
}

impl Axis {
    fn name(self) -> &'static str {
        match self {
            Self::Numbers(name)
            | Self::Shares(name)
            | Self::Probability(name)
            | Self::Differences(name)
            | Self::Powers(name) => name,
        }
    }

    fn label(self, value: f64) -> String {
        match self {
            Self::Numbers(_) if value != 0.0 && value.abs() < 1e-3 => format!("{value:.0e}"),
            Self::Numbers(_) => format!("{}", (value * 1000.0).round() / 1000.0),
            Self::Shares(_) | Self::Probability(_) => format!("{:.0} %", value * 100.0),
            Self::Differences(_) if value.abs() < 1e-9 => "0".to_owned(),
            Self::Differences(_) => format!("{:+.0}", value * 100.0).replace('-', "−"),
            Self::Powers(_) => format!("{:.0}", value.exp2()),
        }
    }

    /// From where to where it goes for these values.
    fn range(self, values: impl Iterator<Item = f64>) -> (f64, f64) {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        if low > high {
            return (0.0, 1.0);
        }
        match self {
            Self::Probability(_) => (0.0, 1.0),
            Self::Shares(_) => (0.0, (high * 1.08).clamp(0.05, 1.0)),
            Self::Differences(_) => {
                let room = 0.08 * (high.max(0.0) - low.min(0.0)).max(0.1);
                (low.min(0.0) - room, high.max(0.0) + room)
            }
            Self::Numbers(_) | Self::Powers(_) if high - low < 1e-12 => (low, low + 1.0),
            Self::Numbers(_) | Self::Powers(_) => (low, high),
        }
    }
}

type Drawing<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

impl Chart {
    /// The drawing; empty where there is nothing to draw.
    pub(super) fn svg(&self) -> String {
        if self.marks.iter().all(|mark| mark.points.is_empty()) {
            return String::new();
        }
        let mut svg = String::new();
        self.draw(&mut svg)
            .expect("drawing into memory cannot fail");
        themed(&svg, &self.title)
    }

    fn draw(&self, svg: &mut String) -> Drawn {
        let points = || self.marks.iter().flat_map(|mark| &mark.points);
        let (left, right) = self.x.range(points().map(|point| point.x));
        // Dots stand apart from the frame.
        let dotted = self.marks.iter().any(|mark| mark.shape == Shape::Bars);
        let padding = match self.x {
            Axis::Numbers(_) if dotted => 0.06 * (right - left),
            _ => 0.0,
        };
        let (left, right) = (left - padding, right + padding);
        let (bottom, top) = self.y.range(points().flat_map(|p| [p.y, p.low, p.high]));
        let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        let mut chart = ChartBuilder::on(&root)
            .margin(4)
            .margin_right(20)
            .margin_top(8)
            .x_label_area_size(36)
            .y_label_area_size(50)
            .build_cartesian_2d(left..right, bottom..top)?;
        let text = ("sans-serif", 14).into_font().color(&INK);
        let labels = match self.x {
            Axis::Powers(_) => self
                .marks
                .iter()
                .map(|mark| mark.points.len())
                .max()
                .unwrap_or(0),
            _ => 6,
        };
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID)
            .axis_style(GRID)
            .label_style(text)
            .x_labels(labels)
            .y_labels(5)
            .x_label_formatter(&|value| self.x.label(*value))
            .y_label_formatter(&|value| self.y.label(*value))
            .x_desc(self.x.name())
            .y_desc(self.y.name())
            .draw()?;
        if let Axis::Differences(_) = self.y {
            let zero = vec![(left, 0.0), (right, 0.0)];
            chart.draw_series(LineSeries::new(zero, INK.stroke_width(1)))?;
        }
        for mark in &self.marks {
            mark.draw(&mut chart)?;
        }
        drop(chart);
        root.present()
    }
}

impl Mark {
    fn draw(&self, chart: &mut Drawing<'_>) -> Drawn {
        let colour = stand_in(self.colour);
        let has_band = self.points.iter().any(|p| p.high > p.low);
        if has_band && self.shape != Shape::Bars {
            let over = self.points.iter().map(|p| (p.x, p.high));
            let under = self.points.iter().rev().map(|p| (p.x, p.low));
            let strength = if self.shape == Shape::Area {
                0.85
            } else {
                0.18
            };
            let band = Polygon::new(over.chain(under).collect::<Vec<_>>(), colour.mix(strength));
            chart.draw_series(std::iter::once(band))?;
        }
        let line = self.points.iter().map(|p| (p.x, p.y));
        match self.shape {
            Shape::Area => {}
            Shape::Line => {
                chart.draw_series(LineSeries::new(line, colour.stroke_width(2)))?;
            }
            Shape::Dashed => {
                let line: Vec<(f64, f64)> = line.collect();
                let dashes = DashedLineSeries::new(line, 5, 4, colour.stroke_width(2));
                chart.draw_series(dashes)?;
            }
            Shape::Bars => {
                chart.draw_series(LineSeries::new(line, colour.stroke_width(2)))?;
                let bars = self.points.iter().map(|p| {
                    PathElement::new(vec![(p.x, p.low), (p.x, p.high)], colour.stroke_width(1))
                });
                chart.draw_series(bars)?;
                let dots = self.points.iter();
                chart.draw_series(dots.map(|p| Circle::new((p.x, p.y), 3, colour.filled())))?;
            }
        }
        Ok(())
    }
}

/// A colour of the drawing that stands for one of the style sheet.
fn stand_in(colour: usize) -> RGBColor {
    let number = u8::try_from(colour % COLOURS).expect("there are few colours");
    RGBColor(3, 3, number)
}

/// The drawing with the page's colours, and a size that follows the page.
fn themed(svg: &str, title: &str) -> String {
    let mut out = svg.replace("#010101", "currentColor");
    out = out.replace("#020202", "var(--grid)");
    for colour in 0..COLOURS {
        let RGBColor(r, g, b) = stand_in(colour);
        let written = format!("#{r:02X}{g:02X}{b:02X}");
        out = out.replace(&written, &format!("var(--c{colour})"));
    }
    let (width, height) = SIZE;
    let start = out.find('>').map_or(0, |end| end + 1);
    let mut whole = String::new();
    write!(
        whole,
        "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">",
        super::page::escaped(title)
    )
    .expect("memory takes all");
    whole.push_str(&out[start..]);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(y: Axis, points: Vec<Point>) -> Chart {
        Chart {
            title: "a < b".to_owned(),
            x: Axis::Numbers("step"),
            y,
            marks: vec![Mark {
                colour: 2,
                shape: Shape::Line,
                points,
            }],
        }
    }

    #[test]
    fn a_drawing_has_the_page_s_colours_and_no_size_of_its_own() {
        let points = vec![Point::at(1.0, 0.2), Point::at(5.0, 0.4)];
        let svg = chart(Axis::Shares("pass@1"), points).svg();
        assert!(svg.starts_with("<svg viewBox=\"0 0 360 236\""), "{svg}");
        assert!(svg.contains("var(--c2)") && svg.contains("currentColor"));
        assert!(svg.contains("a &lt; b") && svg.contains("40 %"));
        assert!(!svg.contains('#'), "a colour of its own: {svg}");
    }

    #[test]
    fn what_has_no_points_is_not_drawn_and_one_point_is() {
        assert_eq!(chart(Axis::Shares("y"), Vec::new()).svg(), "");
        let one = vec![Point::at(3.0, f64::NAN)];
        assert!(!chart(Axis::Numbers("y"), one).svg().is_empty());
    }
}
