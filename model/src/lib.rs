//! Text in, text out; learns from numbers: networks, tokenizers, training and sampling.
