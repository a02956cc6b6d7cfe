//! Attention of one position's queries to the cached positions of its sequence.
//!
//! Both kinds of attention come here in the same form: each key-value head serves a group of query
//! heads. For latent attention the one key is the latent beside the rotated key, the value is the
//! latent itself, and all query heads are its group.

use super::{
    cache::{Place, Segment, Shape, TILE},
    panel::{PANEL, Rows, Target, Write, row_times_panel, rows_times_panel},
    rows,
};
use pulp::{Arch, Simd, WithSimd};

/// The positions that a query sees: the first `length` of each segment, in order.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) segment: &'a Segment,
    pub(super) length: usize,
}

/// One position's attention in one layer.
pub(super) struct Attend<'a> {
    pub(super) shape: Shape,
    pub(super) layer: usize,
    /// Query heads for each key-value head.
    pub(super) group: usize,
    /// `[heads · group, key]`, already scaled.
    pub(super) queries: &'a [f32],
    pub(super) seen: [Seen<'a>; 2],
    /// `[heads · group, value]`.
    pub(super) out: &'a mut [f32],
    /// Working memory, kept between calls.
    pub(super) scores: &'a mut Vec<f32>,
}

impl Attend<'_> {
    pub(super) fn run(mut self, arch: Arch) {
        let tiles: usize = self.seen.iter().map(|s| s.length.div_ceil(TILE)).sum();
        let width = tiles * TILE;
        let mut scores = std::mem::take(self.scores);
        scores.resize(self.group * width, 0.0);
        for head in 0..self.shape.heads {
            let place = Place {
                layer: self.layer,
                head,
            };
            arch.dispatch(Scores {
                attend: &mut self,
                place,
                width,
                scores: &mut scores,
            });
            for row in scores.chunks_exact_mut(width) {
                rows::softmax(row);
            }
            arch.dispatch(Values {
                attend: &mut self,
                place,
                width,
                scores: &scores,
            });
        }
        *self.scores = scores;
    }
}

struct Scores<'a, 'b> {
    attend: &'a mut Attend<'b>,
    place: Place,
    width: usize,
    scores: &'a mut [f32],
}

impl WithSimd for Scores<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            attend,
            place,
            width,
            scores,
        } = self;
        let (key, group) = (attend.shape.key, attend.group);
        let data = &attend.queries[place.head * group * key..];
        let mut column = 0;
        for seen in attend.seen {
            for tile in 0..seen.length.div_ceil(TILE) {
                let x = Rows {
                    data,
                    stride: key,
                    count: group,
                };
                let out = &mut scores[column..];
                let target = Target {
                    out,
                    stride: width,
                    columns: PANEL,
                    write: Write::Replace,
                };
                multiply(simd, x, key, seen.segment.keys(place, tile), target);
                column += TILE;
            }
            // Places behind the last position hold another sequence's remains, or nothing.
            let empty = column - (seen.length.next_multiple_of(TILE) - seen.length);
            for row in scores.chunks_exact_mut(width) {
                row[empty..column].fill(f32::NEG_INFINITY);
            }
        }
    }
}

/// The size of the group decides the way, so a query's result depends on nothing else.
#[inline(always)]
fn multiply<S: Simd>(simd: S, x: Rows<'_>, inputs: usize, panel: &[f32], target: Target<'_>) {
    if x.count == 1 {
        row_times_panel(simd, &x.data[..inputs], panel, target);
    } else {
        rows_times_panel(simd, x, inputs, panel, target);
    }
}

struct Values<'a, 'b> {
    attend: &'a mut Attend<'b>,
    place: Place,
    width: usize,
    scores: &'a [f32],
}

impl WithSimd for Values<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            attend,
            place,
            width,
            scores,
        } = self;
        let (value, group) = (attend.shape.value, attend.group);
        let out = &mut attend.out[place.head * group * value..][..group * value];
        for panel in 0..value.div_ceil(PANEL) {
            let columns = PANEL.min(value - panel * PANEL);
            let mut write = Write::Replace;
            let mut column = 0;
            for seen in attend.seen {
                for tile in 0..seen.length.div_ceil(TILE) {
                    let positions = TILE.min(seen.length - tile * TILE);
                    let x = Rows {
                        data: &scores[column..],
                        stride: width,
                        count: group,
                    };
                    let out = &mut out[panel * PANEL..];
                    let target = Target {
                        out,
                        stride: value,
                        columns,
                        write,
                    };
                    let values = seen.segment.values(place, tile, panel);
                    multiply(simd, x, positions, values, target);
                    write = Write::Add;
                    column += TILE;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn attention_over_two_segments_equals_the_definition() {
        let shape = Shape {
            layers: 2,
            heads: 2,
            key: 5,
            value: 40,
        };
        let (group, lengths) = (3, [35, 7]);
        let number = |a: usize, b: usize, c: usize| ((a * 31 + b * 17 + c * 7) % 23) as f32 / 11.0;
        let mut segments = [Segment::new(shape), Segment::new(shape)];
        let mut all = vec![Vec::new(); 2];
        for (index, segment) in segments.iter_mut().enumerate() {
            segment.reserve(lengths[index]);
            for position in 0..lengths[index] {
                for (head, all) in all.iter_mut().enumerate() {
                    let key: Vec<_> = (0..5).map(|i| number(i, position, head + index)).collect();
                    let value: Vec<_> = (0..40).map(|i| number(position, head, i)).collect();
                    segment.write(Place { layer: 1, head }, position, &key, &value);
                    all.push((key, value));
                }
            }
        }
        let queries: Vec<f32> = (0..2 * group * 5).map(|i| number(i, 1, 2) - 1.0).collect();
        let mut out = vec![0.0; 2 * group * 40];
        let seen = [0, 1].map(|i| Seen {
            segment: &segments[i],
            length: lengths[i],
        });
        let attend = Attend {
            shape,
            layer: 1,
            group,
            queries: &queries,
            seen,
            out: &mut out,
            scores: &mut Vec::new(),
        };
        attend.run(Arch::new());
        for head in 0..2 * group {
            let query = &queries[head * 5..][..5];
            let weights: Vec<f32> = all[head / group]
                .iter()
                .map(|(k, _)| k.iter().zip(query).map(|(a, b)| a * b).sum::<f32>().exp())
                .collect();
            for feature in 0..40 {
                let sum: f32 = weights
                    .iter()
                    .zip(&all[head / group])
                    .map(|(w, (_, v))| w * v[feature])
                    .sum();
                let exact = sum / weights.iter().sum::<f32>();
                assert!((out[head * 40 + feature] - exact).abs() < 1e-5);
            }
        }
    }
}
