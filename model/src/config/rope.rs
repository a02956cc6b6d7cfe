//! Rotary positions: frequencies and scaling, from both spellings of the file.
//!
//! transformers 4 wrote `rope_theta` beside `rope_scaling` (with `type` or `rope_type`);
//! transformers 5 writes one object `rope_parameters`.

use super::fields::Fields;
use serde_json::{Map, Value, json};

/// How a position turns into angles.
#[derive(Clone, Debug, PartialEq)]
pub struct Rope {
    /// Base of the geometric series of wavelengths.
    pub theta: f64,
    /// What was done to reach longer contexts.
    pub scaling: RopeScaling,
}

/// What was done to the angles to reach longer contexts.
#[derive(Clone, Debug, PartialEq)]
pub enum RopeScaling {
    /// Nothing.
    None,
    /// Positions are divided by the factor (Chen et al. 2023).
    Linear {
        /// The divisor.
        factor: f64,
    },
    /// Slow frequencies are divided, fast ones kept, with a ramp between (Peng et al. 2023).
    Yarn(Yarn),
}

/// The numbers of YaRN.
#[derive(Clone, Debug, PartialEq)]
pub struct Yarn {
    /// How many times longer the context became.
    pub factor: f64,
    /// The context that the network was first trained on.
    pub original_max_position_embeddings: usize,
    /// Turns over the original context above which a frequency is kept.
    pub beta_fast: f64,
    /// Turns below which a frequency is divided by the factor.
    pub beta_slow: f64,
    /// Numerator of the scale of cosines and sines; 0 where the file does not say.
    pub mscale: f64,
    /// Its denominator, and the scale of the softmax in DeepSeek's networks; 0 where absent.
    pub mscale_all_dim: f64,
    /// The scale of cosines and sines where the file gives it outright.
    pub attention_factor: Option<f64>,
}

impl Rope {
    pub(super) fn parse(fields: &mut Fields) -> Result<Self, String> {
        let outer_theta = fields.number("rope_theta", 10_000.0)?;
        let object = match (fields.take("rope_parameters"), fields.take("rope_scaling")) {
            (Some(_), Some(_)) => {
                return Err("both `rope_parameters` and `rope_scaling`; keep one".into());
            }
            (Some(Value::Object(map)), None) | (None, Some(Value::Object(map))) => map,
            (None, None) => Map::new(),
            _ => return Err("the rope settings must be an object".into()),
        };
        let mut inner = Fields::new(object);
        let theta = inner.number("rope_theta", outer_theta)?;
        let old = inner.text("type", "default")?;
        let kind = inner.text("rope_type", &old)?;
        let scaling = match kind.as_str() {
            "default" => RopeScaling::None,
            "linear" => RopeScaling::Linear {
                factor: inner.number("factor", 1.0)?,
            },
            "yarn" => RopeScaling::Yarn(Yarn::parse(&mut inner)?),
            other => {
                return Err(format!(
                    "rope type `{other}` is not supported; use default, linear or yarn"
                ));
            }
        };
        inner.finish()?;
        Ok(Self { theta, scaling })
    }

    pub(super) fn to_fields(&self, map: &mut Map<String, Value>) {
        map.insert("rope_theta".into(), json!(self.theta));
        let scaling = match &self.scaling {
            RopeScaling::None => Value::Null,
            RopeScaling::Linear { factor } => json!({"type": "linear", "factor": factor}),
            RopeScaling::Yarn(yarn) => yarn.to_json(),
        };
        map.insert("rope_scaling".into(), scaling);
    }

    /// Angle per position of each of the `dim / 2` pairs.
    pub fn frequencies(&self, dim: usize) -> Vec<f64> {
        let base = |i: usize| self.theta.powf(-(2.0 * i as f64) / dim as f64);
        match &self.scaling {
            RopeScaling::None => (0..dim / 2).map(base).collect(),
            RopeScaling::Linear { factor } => (0..dim / 2).map(|i| base(i) / factor).collect(),
            RopeScaling::Yarn(yarn) => {
                let kept = yarn.kept_share(self.theta, dim);
                (0..dim / 2)
                    .map(|i| base(i) * (kept[i] + (1.0 - kept[i]) / yarn.factor))
                    .collect()
            }
        }
    }

    /// What cosines and sines are multiplied by.
    pub fn amplitude(&self) -> f64 {
        match &self.scaling {
            RopeScaling::Yarn(yarn) => yarn.amplitude(),
            _ => 1.0,
        }
    }

    /// What DeepSeek-V2 multiplies its softmax scale by: the square of mscale.
    pub fn softmax_factor(&self) -> f64 {
        match &self.scaling {
            RopeScaling::Yarn(yarn) => mscale(yarn.factor, yarn.mscale_all_dim).powi(2),
            _ => 1.0,
        }
    }

    /// Cosines and sines of positions `0..length`, each (length, dim / 2).
    pub fn tables(&self, dim: usize, length: usize) -> (Vec<f32>, Vec<f32>) {
        let frequencies = self.frequencies(dim);
        let amplitude = self.amplitude();
        let mut cos = Vec::with_capacity(length * dim / 2);
        let mut sin = Vec::with_capacity(length * dim / 2);
        for position in 0..length {
            for frequency in &frequencies {
                let angle = position as f64 * frequency;
                cos.push((angle.cos() * amplitude) as f32);
                sin.push((angle.sin() * amplitude) as f32);
            }
        }
        (cos, sin)
    }
}

impl Yarn {
    fn parse(fields: &mut Fields) -> Result<Self, String> {
        fields.only("truncate", &json!(true))?;
        Ok(Self {
            factor: fields.number("factor", 1.0)?,
            original_max_position_embeddings: fields.size("original_max_position_embeddings")?,
            beta_fast: fields.number("beta_fast", 32.0)?,
            beta_slow: fields.number("beta_slow", 1.0)?,
            mscale: fields.number("mscale", 0.0)?,
            mscale_all_dim: fields.number("mscale_all_dim", 0.0)?,
            attention_factor: match fields.number("attention_factor", f64::NAN)? {
                x if x.is_nan() => None,
                x => Some(x),
            },
        })
    }

    fn to_json(&self) -> Value {
        let mut map = Map::new();
        map.insert("type".into(), json!("yarn"));
        map.insert("factor".into(), json!(self.factor));
        map.insert(
            "original_max_position_embeddings".into(),
            json!(self.original_max_position_embeddings),
        );
        map.insert("beta_fast".into(), json!(self.beta_fast));
        map.insert("beta_slow".into(), json!(self.beta_slow));
        // An absent mscale is not the same as 0 to every reader, so 0 stays absent.
        for (key, value) in [
            ("mscale", self.mscale),
            ("mscale_all_dim", self.mscale_all_dim),
        ] {
            if value != 0.0 {
                map.insert(key.into(), json!(value));
            }
        }
        if let Some(factor) = self.attention_factor {
            map.insert("attention_factor".into(), json!(factor));
        }
        Value::Object(map)
    }

    fn amplitude(&self) -> f64 {
        if let Some(factor) = self.attention_factor {
            return factor;
        }
        if self.mscale != 0.0 && self.mscale_all_dim != 0.0 {
            return mscale(self.factor, self.mscale) / mscale(self.factor, self.mscale_all_dim);
        }
        mscale(self.factor, 1.0)
    }

    /// Share of each pair's frequency that is kept as it was: 1 for fast pairs, 0 for slow ones.
    fn kept_share(&self, theta: f64, dim: usize) -> Vec<f64> {
        let pair_of_turns = |turns: f64| {
            let context = self.original_max_position_embeddings as f64;
            dim as f64 * (context / (turns * std::f64::consts::TAU)).ln() / (2.0 * theta.ln())
        };
        let low = pair_of_turns(self.beta_fast).floor().max(0.0);
        let mut high = pair_of_turns(self.beta_slow).ceil().min(dim as f64 - 1.0);
        if (high - low).abs() < f64::EPSILON {
            high += 0.001;
        }
        (0..dim / 2)
            .map(|i| 1.0 - ((i as f64 - low) / (high - low)).clamp(0.0, 1.0))
            .collect()
    }
}

/// `0.1 · mscale · ln(factor) + 1`, or 1 where nothing is stretched.
fn mscale(factor: f64, mscale: f64) -> f64 {
    if factor <= 1.0 {
        1.0
    } else {
        0.1 * mscale * factor.ln() + 1.0
    }
}
