//! Which experts a token goes to, from its scores (DeepSeek-V2, arXiv 2405.04434, section 2.2).
//!
//! Choosing happens on the host, in one function that training and sampling share: two engines that
//! choose differently train another network than the one that sampled.

use crate::config::{MoeConfig, TopkMethod};

/// The choice of a token that goes nowhere: padding.
pub const NO_EXPERT: u32 = u32::MAX;

/// What the router of one layer did with a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Routing {
    /// Index of the layer.
    pub layer: usize,
    /// Experts of each position, best first, `num_experts_per_tok` a position; [`NO_EXPERT`] for
    /// padding.
    pub choices: Vec<u32>,
    /// Positions that chose each expert.
    pub counts: Vec<u32>,
    /// Mean entropy of the tokens' scores, in nats; ln(experts) means no preference.
    pub entropy: f64,
}

impl Routing {
    /// The busiest expert's share of the tokens over an equal share: 1 is perfect balance.
    pub fn imbalance(&self) -> f64 {
        let total: u32 = self.counts.iter().sum();
        let busiest = self.counts.iter().copied().max().unwrap_or(0);
        f64::from(busiest) * self.counts.len() as f64 / f64::from(total.max(1))
    }
}

/// Writes the experts of one token, best first; equal scores go to the lower index.
///
/// `scores` are the softmax over all experts, `chosen` has room for `num_experts_per_tok`.
pub fn choose_experts(config: &MoeConfig, scores: &[f32], chosen: &mut [u32]) {
    match config.topk_method {
        TopkMethod::Greedy => best(scores, |_| true, chosen),
        TopkMethod::GroupLimitedGreedy {
            n_group,
            topk_group,
        } => {
            let size = scores.len() / n_group;
            let tops: Vec<f32> = scores
                .chunks_exact(size)
                .map(|group| group.iter().copied().fold(f32::NEG_INFINITY, f32::max))
                .collect();
            let mut groups = vec![0; topk_group];
            best(&tops, |_| true, &mut groups);
            best(
                scores,
                |expert| groups.contains(&((expert / size) as u32)),
                chosen,
            );
        }
    }
}

/// The indices of the highest values among those allowed. A few passes beat a sort: few are asked.
fn best(values: &[f32], allowed: impl Fn(usize) -> bool, chosen: &mut [u32]) {
    for at in 0..chosen.len() {
        let mut top: Option<usize> = None;
        for (i, value) in values.iter().enumerate() {
            let better = top.is_none_or(|t| *value > values[t]);
            if better && allowed(i) && !chosen[..at].contains(&(i as u32)) {
                top = Some(i);
            }
        }
        chosen[at] = top.map_or(NO_EXPERT, |t| t as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    fn config(method: TopkMethod) -> MoeConfig {
        let Config::Moe(config) = Config::preset("tiny-moe").unwrap() else {
            panic!()
        };
        MoeConfig {
            topk_method: method,
            n_routed_experts: 6,
            num_experts_per_tok: 2,
            ..config
        }
    }

    #[test]
    fn greedy_takes_the_best_and_breaks_ties_by_index() {
        let mut chosen = [0; 2];
        let config = config(TopkMethod::Greedy);
        choose_experts(&config, &[0.1, 0.3, 0.05, 0.3, 0.2, 0.05], &mut chosen);
        assert_eq!(chosen, [1, 3]);
    }

    #[test]
    fn group_limited_routing_stays_inside_the_groups_with_the_best_single_expert() {
        let mut chosen = [0; 2];
        let method = TopkMethod::GroupLimitedGreedy {
            n_group: 3,
            topk_group: 1,
        };
        // Groups {0,1}, {2,3}, {4,5}: the second has the best expert but a poor partner.
        choose_experts(
            &config(method),
            &[0.2, 0.2, 0.01, 0.29, 0.2, 0.1],
            &mut chosen,
        );
        assert_eq!(chosen, [3, 2]);
    }
}
