//! What earlier positions left for later ones: keys and values, in tiles of 32 positions.
//!
//! A tile holds, for every layer and key-value head, the keys as a panel (feature-major, so that a
//! query times a tile of keys is one panel product) and the values as panels of 32 features
//! (position-major, so that weights times values is one too). Latent attention stores its latent
//! and the rotated key beside it as the key, and the latent as the value, for one head: nothing
//! that grows with the number of heads. A segment grows by whole tiles and keeps its memory when
//! its sequence ends and another takes it over.
//!
//! A sequence reads two segments: its prompt's, which all samples of the prompt share, and its own.

use super::panel::PANEL;

/// Positions of a tile: one panel.
pub(super) const TILE: usize = PANEL;

/// Sizes of what one position leaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) layers: usize,
    pub(super) heads: usize,
    pub(super) key: usize,
    pub(super) value: usize,
}

impl Shape {
    fn value_panels(self) -> usize {
        self.value.div_ceil(PANEL)
    }

    fn head_size(self) -> usize {
        self.key * TILE + self.value_panels() * TILE * PANEL
    }

    fn tile_size(self) -> usize {
        self.layers * self.heads * self.head_size()
    }
}

/// Consecutive positions of one sequence.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    shape: Shape,
    data: Vec<f32>,
    /// Positions that every layer has written.
    pub(super) length: usize,
}

impl Segment {
    pub(super) fn new(shape: Shape) -> Self {
        Self {
            shape,
            data: Vec::new(),
            length: 0,
        }
    }

    /// Makes room for positions below `length`.
    pub(super) fn reserve(&mut self, length: usize) {
        let needed = length.div_ceil(TILE) * self.shape.tile_size();
        if self.data.len() < needed {
            self.data.resize(needed, 0.0);
        }
    }

    /// Stores one position of one layer's head.
    pub(super) fn write(&mut self, place: Place, position: usize, key: &[f32], value: &[f32]) {
        let shape = self.shape;
        let (tile, column) = (position / TILE, position % TILE);
        let start = self.start(place, tile);
        let (keys, values) =
            self.data[start..start + shape.head_size()].split_at_mut(shape.key * TILE);
        for (row, &number) in keys.chunks_exact_mut(TILE).zip(key) {
            row[column] = number;
        }
        for (panel, part) in values
            .chunks_exact_mut(TILE * PANEL)
            .zip(value.chunks(PANEL))
        {
            panel[column * PANEL..][..part.len()].copy_from_slice(part);
        }
    }

    /// The keys of a tile: `[key, 32]`.
    pub(super) fn keys(&self, place: Place, tile: usize) -> &[f32] {
        &self.data[self.start(place, tile)..][..self.shape.key * TILE]
    }

    /// Panel `panel` of the values of a tile: `[32 positions, 32 features]`.
    pub(super) fn values(&self, place: Place, tile: usize, panel: usize) -> &[f32] {
        let start = self.start(place, tile) + self.shape.key * TILE + panel * TILE * PANEL;
        &self.data[start..start + TILE * PANEL]
    }

    fn start(&self, place: Place, tile: usize) -> usize {
        tile * self.shape.tile_size()
            + (place.layer * self.shape.heads + place.head) * self.shape.head_size()
    }
}

/// A layer and one of its key-value heads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) layer: usize,
    pub(super) head: usize,
}
