//! One pass through the network for a set of rows: the tokens of a prompt, or the newest token of
//! each running sequence. Both are the same pass; they differ in where a row's keys go and in what
//! it sees, which [`Rowset`] answers.

use super::{
    attention::{Attend, Seen},
    cache::{Place, Segment},
    mixture,
    net::{AttentionWeights, LatentWeights, Layer, Mlp, Net, SwiGlu},
    panel::{Packed, Rows, Target, Write, product},
    rows,
};
use pulp::Arch;

/// Which sequences the rows of a pass belong to.
pub(super) enum Rowset<'a> {
    /// Row `i` is position `start + i` of one prompt.
    Prompt {
        segment: &'a mut Segment,
        start: usize,
    },
    /// Row `i` is the newest position of sequence `i`.
    Newest(Vec<(&'a Segment, &'a mut Segment)>),
}

impl Rowset<'_> {
    fn position(&self, row: usize) -> usize {
        match self {
            Self::Prompt { start, .. } => start + row,
            Self::Newest(sequences) => sequences[row].0.length + sequences[row].1.length,
        }
    }

    fn write(&mut self, row: usize, place: Place, key: &[f32], value: &[f32]) {
        match self {
            Self::Prompt { segment, start } => segment.write(place, *start + row, key, value),
            Self::Newest(sequences) => {
                let segment = &mut *sequences[row].1;
                segment.write(place, segment.length, key, value);
            }
        }
    }

    fn seen(&self, row: usize) -> [Seen<'_>; 2] {
        match self {
            Self::Prompt { segment, start } => [
                Seen {
                    segment,
                    length: start + row + 1,
                },
                Seen { segment, length: 0 },
            ],
            Self::Newest(sequences) => {
                let (prompt, own) = &sequences[row];
                [
                    Seen {
                        segment: prompt,
                        length: prompt.length,
                    },
                    Seen {
                        segment: own,
                        length: own.length + 1,
                    },
                ]
            }
        }
    }

    fn reserve(&mut self, rows: usize) {
        match self {
            Self::Prompt { segment, start } => segment.reserve(*start + rows),
            Self::Newest(sequences) => {
                for (_, own) in sequences {
                    own.reserve(own.length + 1);
                }
            }
        }
    }

    fn advance(self, rows: usize) {
        match self {
            Self::Prompt { segment, start } => segment.length = start + rows,
            Self::Newest(sequences) => sequences.into_iter().for_each(|(_, own)| own.length += 1),
        }
    }
}

/// Working memory of a pass, kept between passes.
#[derive(Default)]
pub(super) struct Buffers {
    stream: Vec<f32>,
    normed: Vec<f32>,
    projected: Vec<f32>,
    latent: Vec<f32>,
    queries: Vec<f32>,
    attended: Vec<f32>,
    values: Vec<f32>,
    scores: Vec<f32>,
    pub(super) wide: Vec<f32>,
    pub(super) gated: Vec<f32>,
    pub(super) mixture: mixture::Buffers,
    pub(super) logits: Vec<f32>,
    /// Chosen experts, `[mixture layers, rows, per token]`; kept only where asked for.
    pub(super) routes: Option<Vec<u32>>,
}

impl Buffers {
    /// Empty; `routing` keeps the chosen experts.
    pub(super) fn new(routing: bool) -> Self {
        Self {
            routes: routing.then(Vec::new),
            ..Self::default()
        }
    }
}

/// Which rows get logits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    Last,
}

/// A network under the machine's instruction set.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a> {
    pub(super) arch: Arch,
    pub(super) net: &'a Net,
}

impl Pass<'_> {
    /// Runs `tokens` and leaves the wanted logits in `buffers.logits`.
    pub(super) fn run(
        &self,
        tokens: &[u32],
        mut rowset: Rowset<'_>,
        wanted: Wanted,
        buffers: &mut Buffers,
    ) {
        let (net, count) = (self.net, tokens.len());
        rowset.reserve(count);
        buffers.stream.clear();
        for &token in tokens {
            let start = token as usize * net.hidden;
            buffers
                .stream
                .extend_from_slice(&net.embedding[start..start + net.hidden]);
        }
        if let Some(routes) = &mut buffers.routes {
            routes.clear();
        }
        for (index, layer) in net.layers.iter().enumerate() {
            self.norm(&layer.attention_norm, count, buffers);
            match &layer.attention {
                AttentionWeights::Grouped(qkv) => {
                    self.grouped(index, qkv, &mut rowset, count, buffers);
                }
                AttentionWeights::Latent(weights) => {
                    self.latent(index, weights, &mut rowset, count, buffers);
                }
            }
            let values = if let AttentionWeights::Latent(_) = layer.attention {
                &buffers.values
            } else {
                &buffers.attended
            };
            let x = matrix(values, layer.output.inputs(), count);
            product(
                self.arch,
                x,
                &layer.output,
                Target::rows(&mut buffers.stream, net.hidden, Write::Add),
            );
            self.feed_forward(layer, count, buffers);
        }
        rowset.advance(count);
        let first = if wanted == Wanted::All { 0 } else { count - 1 };
        let stream = &buffers.stream[first * net.hidden..];
        fit(&mut buffers.normed, stream.len());
        rows::rms_norm(stream, &net.norm, net.eps, &mut buffers.normed);
        let x = matrix(&buffers.normed, net.hidden, count - first);
        self.linear(x, &net.head, &mut buffers.logits);
    }

    fn norm(&self, weight: &[f32], count: usize, buffers: &mut Buffers) {
        fit(&mut buffers.normed, count * self.net.hidden);
        rows::rms_norm(&buffers.stream, weight, self.net.eps, &mut buffers.normed);
    }

    fn linear(&self, x: Rows<'_>, weight: &Packed, out: &mut Vec<f32>) {
        fit(out, x.count * weight.outputs());
        product(
            self.arch,
            x,
            weight,
            Target::rows(out, weight.outputs(), Write::Replace),
        );
    }

    fn grouped(
        &self,
        layer: usize,
        qkv: &Packed,
        rowset: &mut Rowset<'_>,
        count: usize,
        buffers: &mut Buffers,
    ) {
        let sizes = self.net.attention;
        let (width, head) = (qkv.outputs(), sizes.cache.key);
        let queries = sizes.heads * head;
        let keys = sizes.cache.heads * head;
        self.linear(
            matrix(&buffers.normed, qkv.inputs(), count),
            qkv,
            &mut buffers.projected,
        );
        fit(&mut buffers.attended, count * queries);
        for (row, projected) in buffers.projected.chunks_exact_mut(width).enumerate() {
            let (cos, sin) = self.angles(rowset.position(row));
            let (turned, values) = projected.split_at_mut(queries + keys);
            turned
                .chunks_exact_mut(head)
                .for_each(|x| rotate_halves(x, cos, sin));
            let (query, keys) = turned.split_at_mut(queries);
            for x in query.iter_mut() {
                *x *= sizes.scale;
            }
            let pairs = keys.chunks_exact(head).zip(values.chunks_exact(head));
            for (index, (key, value)) in pairs.enumerate() {
                rowset.write(row, Place { layer, head: index }, key, value);
            }
            Attend {
                shape: sizes.cache,
                layer,
                group: sizes.heads / sizes.cache.heads,
                queries: query,
                seen: rowset.seen(row),
                out: &mut buffers.attended[row * queries..][..queries],
                scores: &mut buffers.scores,
            }
            .run(self.arch);
        }
    }

    fn latent(
        &self,
        layer: usize,
        weights: &LatentWeights,
        rowset: &mut Rowset<'_>,
        count: usize,
        buffers: &mut Buffers,
    ) {
        let sizes = self.net.attention;
        let (rank, key, rotated) = (sizes.cache.value, sizes.cache.key, sizes.rotated);
        let width = weights.first.outputs();
        let x = matrix(&buffers.normed, self.net.hidden, count);
        self.linear(x, &weights.first, &mut buffers.projected);
        self.write_latents(layer, weights, rowset, buffers);
        // The queries, from their own latent where there is one.
        let head = weights.nope + rotated;
        let (raw, stride) = if let Some((norm, second)) = &weights.query {
            let inner = second.inputs();
            fit(&mut buffers.latent, count * inner);
            let pairs = buffers.projected.chunks_exact(width);
            for (from, to) in pairs.zip(buffers.latent.chunks_exact_mut(inner)) {
                rows::rms_norm(&from[..inner], norm, LATENT_EPS, to);
            }
            let x = matrix(&buffers.latent, inner, count);
            fit(&mut buffers.values, count * second.outputs());
            product(
                self.arch,
                x,
                second,
                Target::rows(&mut buffers.values, second.outputs(), Write::Replace),
            );
            (&buffers.values, second.outputs())
        } else {
            (&buffers.projected, width)
        };
        // Scores are q·(W c) = (Wᵀq)·c: each head's query moves into the latent's space once, and
        // the cache is read as it is.
        fit(&mut buffers.queries, count * sizes.heads * key);
        for (index, absorb) in weights.absorb_key.iter().enumerate() {
            let x = Rows {
                data: &raw[index * head..],
                stride,
                count,
            };
            let out = &mut buffers.queries[index * key..];
            product(
                self.arch,
                x,
                absorb,
                Target::rows(out, sizes.heads * key, Write::Replace),
            );
        }
        for (row, queries) in buffers
            .queries
            .chunks_exact_mut(sizes.heads * key)
            .enumerate()
        {
            let (cos, sin) = self.angles(rowset.position(row));
            for (index, query) in queries.chunks_exact_mut(key).enumerate() {
                let from = row * stride + index * head + weights.nope;
                query[rank..].copy_from_slice(&raw[from..from + rotated]);
                rotate_pairs(&mut query[rank..], cos, sin);
                for x in query.iter_mut() {
                    *x *= sizes.scale;
                }
            }
        }
        fit(&mut buffers.attended, count * sizes.heads * rank);
        for row in 0..count {
            Attend {
                shape: sizes.cache,
                layer,
                group: sizes.heads,
                queries: &buffers.queries[row * sizes.heads * key..][..sizes.heads * key],
                seen: rowset.seen(row),
                out: &mut buffers.attended[row * sizes.heads * rank..][..sizes.heads * rank],
                scores: &mut buffers.scores,
            }
            .run(self.arch);
        }
        // Likewise the values: Σ p (W c) = W (Σ p c).
        fit(&mut buffers.values, count * sizes.heads * weights.value);
        for (index, absorb) in weights.absorb_value.iter().enumerate() {
            let data = &buffers.attended[index * rank..];
            let x = Rows {
                data,
                stride: sizes.heads * rank,
                count,
            };
            let out = &mut buffers.values[index * weights.value..];
            product(
                self.arch,
                x,
                absorb,
                Target::rows(out, sizes.heads * weights.value, Write::Replace),
            );
        }
    }

    /// Normalises the latents, rotates the keys beside them and stores both.
    fn write_latents(
        &self,
        layer: usize,
        weights: &LatentWeights,
        rowset: &mut Rowset<'_>,
        buffers: &mut Buffers,
    ) {
        let sizes = self.net.attention;
        let (rank, key) = (sizes.cache.value, sizes.cache.key);
        let width = weights.first.outputs();
        fit(&mut buffers.latent, key);
        for (row, projected) in buffers.projected.chunks_exact(width).enumerate() {
            let (latent, rotated) = projected[width - key..].split_at(rank);
            let (to, turned) = buffers.latent[..key].split_at_mut(rank);
            rows::rms_norm(latent, &weights.latent_norm, LATENT_EPS, to);
            turned.copy_from_slice(rotated);
            let (cos, sin) = self.angles(rowset.position(row));
            rotate_pairs(turned, cos, sin);
            let entry = &buffers.latent[..key];
            rowset.write(row, Place { layer, head: 0 }, entry, &entry[..rank]);
        }
    }

    fn feed_forward(&self, layer: &Layer, count: usize, buffers: &mut Buffers) {
        self.norm(&layer.mlp_norm, count, buffers);
        let normed = std::mem::take(&mut buffers.normed);
        let x = matrix(&normed, self.net.hidden, count);
        match &layer.mlp {
            Mlp::Dense(mlp) => self.swiglu(x, mlp, buffers),
            Mlp::Mixture {
                gate,
                experts,
                shared,
            } => {
                if let Some(shared) = shared {
                    self.swiglu(x, shared, buffers);
                }
                let config = self
                    .net
                    .router
                    .as_ref()
                    .expect("a network with experts routes");
                let Buffers {
                    stream,
                    mixture,
                    routes,
                    ..
                } = &mut *buffers;
                mixture::run(self.arch, x, (gate, experts), config, stream, mixture);
                if let Some(routes) = routes {
                    routes.extend_from_slice(mixture.chosen());
                }
            }
        }
        buffers.normed = normed;
    }

    /// Adds the feed-forward of `x` to the residual stream.
    fn swiglu(&self, x: Rows<'_>, mlp: &SwiGlu, buffers: &mut Buffers) {
        let width = mlp.down.inputs();
        self.linear(x, &mlp.gate_up, &mut buffers.wide);
        fit(&mut buffers.gated, x.count * width);
        rows::silu_gate(&buffers.wide, width, &mut buffers.gated);
        let inner = matrix(&buffers.gated, width, x.count);
        product(
            self.arch,
            inner,
            &mlp.down,
            Target::rows(&mut buffers.stream, self.net.hidden, Write::Add),
        );
    }

    fn angles(&self, position: usize) -> (&[f32], &[f32]) {
        let half = self.net.attention.rotated / 2;
        let range = position * half..(position + 1) * half;
        (&self.net.rope.0[range.clone()], &self.net.rope.1[range])
    }
}

/// The published networks give the norms of the latents this one, whatever the configuration says
/// of the others.
const LATENT_EPS: f32 = 1e-6;

fn matrix(data: &[f32], width: usize, count: usize) -> Rows<'_> {
    Rows {
        data,
        stride: width,
        count,
    }
}

/// Gives a buffer its length; what was in it is rubbish from here on.
pub(super) fn fit(buffer: &mut Vec<f32>, length: usize) {
    buffer.resize(length, 0.0);
}

/// Llama's rotation: number `i` turns with number `i + half`.
fn rotate_halves(x: &mut [f32], cos: &[f32], sin: &[f32]) {
    let (low, high) = x.split_at_mut(cos.len());
    for (((a, b), cos), sin) in low.iter_mut().zip(high).zip(cos).zip(sin) {
        (*a, *b) = (*a * cos - *b * sin, *b * cos + *a * sin);
    }
}

/// DeepSeek-V2's rotation: neighbours turn together.
fn rotate_pairs(x: &mut [f32], cos: &[f32], sin: &[f32]) {
    for ((pair, cos), sin) in x.as_chunks_mut::<2>().0.iter_mut().zip(cos).zip(sin) {
        let [a, b] = *pair;
        *pair = [a * cos - b * sin, b * cos + a * sin];
    }
}
