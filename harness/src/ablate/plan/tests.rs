use super::*;

const FILE: &str = "[sft]\nfrom = \"builtin:sft-tiny\"\n[reward-model]\n\
    from = \"builtin:reward-model-tiny\"\n[grpo]\nfrom = \"builtin:grpo-tiny\"\n\
    optimiser.steps = 3\n[architectures.moe]\nsft.from = \"builtin:sft-tiny-moe\"\n\
    [settings.hot.grpo]\noptimiser.lr = 1e-3\n[[grid]]\n\
    reward = [\"rule\", \"point-wise\", \"rule+point-wise\"]\ncoverage = [0.25, 1.0]\n\
    seeds = [1, 2]\n";

/// For the end of the file: named keys.
const AXES: &str = "architecture = [\"\", \"moe\"]\nsettings = [\"hot\"]\n";

fn plan(text: &str) -> Result<Plan, Failure> {
    Plan::of(&Ablation::parse(text, "a.toml")?, Path::new("out"))
}

fn refused(text: &str) -> String {
    plan(text).unwrap_err().message
}

#[test]
fn what_is_the_same_for_two_runs_is_one_stage() {
    let plan = plan(FILE).unwrap();
    assert_eq!(plan.runs.len(), 12);
    let of = |kind: &str| -> BTreeSet<&str> {
        let stages = plan.runs.iter().flat_map(|run| &run.stages);
        let keys = stages.map(|stage| &stage.key[..]);
        keys.filter(|key| key.starts_with(kind)).collect()
    };
    // The model reward and the sum share their reward model, and all share the start.
    assert_eq!(
        (of("sft").len(), of("reward-model").len(), of("grpo").len()),
        (1, 4, 12)
    );
    assert!(plan.runs[..6].iter().all(|run| run.seed == 1));
}

#[test]
fn a_stage_is_named_by_what_it_depends_on_and_not_by_where_it_lies() {
    let ablation = Ablation::parse(FILE, "a.toml").unwrap();
    let keys = |out: &str| -> Vec<String> {
        let plan = Plan::of(&ablation, Path::new(out)).unwrap();
        plan.runs.iter().map(|run| run.key().to_owned()).collect()
    };
    assert_eq!(keys("here"), keys("there"));
    let other = FILE.replace("sft-tiny\"", "sft-tiny\"\nseed = 2");
    let other = plan(&other).unwrap();
    assert_ne!(keys("here")[0], other.runs[0].key());
}

#[test]
fn axes_of_named_keys_change_their_stages_alone() {
    let base = plan(FILE).unwrap();
    let more = plan(&(FILE.to_owned() + AXES)).unwrap();
    let other = more.runs.iter().find(|run| run.cell.architecture == "moe");
    let other = other.unwrap();
    assert_eq!(base.runs[0].stages[0].key, more.runs[0].stages[0].key);
    assert_ne!(base.runs[0].stages[0].key, other.stages[0].key);
    assert!(other.stages[0].config.to_toml().contains("tiny-moe"));
    let written = other.stages.last().unwrap().config.to_toml();
    assert!(written.contains("lr = 0.001\n"), "{written}");
    assert!(other.cell.name().ends_with(", moe, hot"));
}

#[test]
fn a_reward_is_run_with_the_keys_that_go_with_it() {
    let own = "[rewards.\"rule+point-wise\"]\ngrpo.loss.beta = 0.5\n\
        reward-model.optimiser.epochs = 7\n[[grid]]";
    let runs = plan(&FILE.replace("[[grid]]", own)).unwrap().runs;
    let base = plan(FILE).unwrap().runs;
    for (run, base) in runs.iter().zip(&base) {
        let written: String = run.stages.iter().map(|s| s.config.to_toml()).collect();
        let own = run.cell.reward == "rule+point-wise";
        assert_eq!(written.contains("beta = 0.5\n"), own, "{}", run.cell.name());
        assert_eq!(written.contains("epochs = 7\n"), own, "{}", run.cell.name());
        assert_eq!(run.key() == base.key(), !own, "{}", run.cell.name());
    }
}

#[test]
fn what_was_resolved_plans_the_same() {
    let own = "[rewards.rule]\ngrpo.loss.beta = 0.5\n[[grid]]";
    let first = plan(&(FILE.replace("[[grid]]", own) + AXES)).unwrap();
    let second = plan(&first.resolved).unwrap();
    let keys =
        |plan: &Plan| -> Vec<String> { plan.runs.iter().map(|run| run.key().to_owned()).collect() };
    assert_eq!(keys(&first), keys(&second));
}

#[test]
fn what_cannot_be_is_refused_by_key_and_line() {
    for (from, to, says) in [
        (
            "seeds = [1, 2]",
            "seeds = [1, 1]",
            "a.toml:15: `grid.seeds`: 1 is given twice",
        ),
        (
            "[[grid]]",
            "[rewards.rule]\nsft.seed = 2\n[[grid]]",
            "a.toml:13: `rewards.rule.sft`: rewards are compared from one policy",
        ),
        (
            "[[grid]]",
            "[rewards.ruler]\ngrpo.seed = 2\n[[grid]]",
            "a.toml:12: unknown variant `ruler`",
        ),
        (
            "[[grid]]",
            "[rewards.rule]\ngrpo.seed = 2\n[[grid]]",
            "a.toml:13: `rewards.rule.grpo.seed`: the grid sets it",
        ),
        (
            "coverage = [0.25, 1.0]",
            "coverage = [2.0]",
            "a.toml:14: `grid.coverage`: 2 is no share",
        ),
        (
            "\"point-wise\", ",
            "\"magic\", ",
            "a.toml:13: unknown variant `magic`",
        ),
        (
            "seeds = [1, 2]",
            "seeds = []",
            "a.toml:15: `grid.seeds`: it is empty",
        ),
        ("seeds =", "seed =", "a.toml:15: unknown field `seed`"),
        (
            "seeds = [1, 2]",
            "seeds = [1]\nalgorithm = [\"ppo\"]",
            "unknown variant `ppo`",
        ),
        (
            "seeds = [1, 2]",
            "seeds = [1]\nsettings = [\"x\"]",
            "a.toml:16: `grid.settings`: there is no `x`",
        ),
        (
            "optimiser.steps = 3",
            "optimiser.stepps = 3",
            "a.toml:7: `grpo.optimiser.stepps`: unknown field",
        ),
        (
            "optimiser.steps = 3",
            "optimiser.steps = 0",
            "a.toml:7: `grpo.optimiser.steps`: ",
        ),
        (
            "optimiser.steps = 3",
            "loss.variant = \"dapo\"",
            "a.toml:7: `grpo.loss.variant`: the grid sets it",
        ),
        ("lr = 1e-3", "lr = -1.0", ""),
        (
            "builtin:sft-tiny\"",
            "builtin:grpo-tiny\"",
            "a.toml:2: `sft.from`: ",
        ),
        (
            "from = \"builtin:grpo-tiny\"\n",
            "",
            "a.toml:5: `grpo`: it has no `from`",
        ),
    ] {
        let text = FILE.replacen(from, to, 1);
        if says.is_empty() {
            assert!(
                plan(&text).is_ok(),
                "settings that no cell names are not used"
            );
            continue;
        }
        let message = refused(&text);
        assert!(message.contains(says), "{message}");
        assert!(!message.contains('\n'), "{message}");
    }
    let hot = FILE.replace("lr = 1e-3", "lr = -1.0") + "settings = [\"hot\"]\n";
    let message = refused(&hot);
    assert!(
        message.starts_with("a.toml:11: `settings.hot.grpo.optimiser.lr`: "),
        "{message}"
    );
}
