//! What the generator promises, checked over many problems.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::problem::{Expected, Tests};

const SPLITS: [Split; 3] = [Split::Train, Split::Valid, Split::Test];

#[test]
fn there_are_more_than_fifty_thousand_distinct_problems() {
    let texts: HashSet<String> = (0..70_000_u64)
        .into_par_iter()
        .map(|index| {
            let split = SPLITS[usize::try_from(index % 3).expect("below 3")];
            let draft = draft::Draft::draw(split, &mut stream::Stream::new(1, split.lane(), index));
            // Another name of the parameter or other signs between the words do not count as another
            // problem, so this counts too few rather than too many.
            format!("{}{}", draft.prompt, draft.reference())
                .split(|c: char| !c.is_ascii_alphanumeric())
                .map(|word| if word == draft.parameter { "p" } else { word })
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert!(texts.len() > 50_000, "{}", texts.len());
}

fn compositions(split: Split) -> HashSet<Vec<&'static str>> {
    (0..20_000)
        .into_par_iter()
        .map(|index| {
            let mut stream = stream::Stream::new(3, split.lane(), index);
            let draft = draft::Draft::draw(split, &mut stream);
            draft.steps.iter().map(|step| step.primitive.name).collect()
        })
        .collect()
}

#[test]
fn no_composition_is_in_two_splits_and_training_has_no_held_out_pair() {
    let [train, valid, test] = SPLITS.map(compositions);
    assert!(train.is_disjoint(&valid) && train.is_disjoint(&test) && valid.is_disjoint(&test));
    let trained: HashSet<&[&str]> = train.iter().flat_map(|chain| chain.windows(2)).collect();
    let held_out: Vec<_> = valid
        .union(&test)
        .filter(|chain| chain.len() == 2)
        .collect();
    assert!(held_out.len() > 500, "{}", held_out.len());
    for pair in held_out {
        assert!(!trained.contains(pair.as_slice()), "{pair:?}");
    }
}

#[test]
fn training_rows_are_of_training_compositions() {
    for index in 0..2000 {
        let mut stream = stream::Stream::new(3, stream::Lane::Rows, index);
        let draft = draft::Draft::draw(Split::Train, &mut stream);
        let chain: Vec<_> = draft.steps.iter().map(|step| step.primitive).collect();
        assert_eq!(catalogue::split(&chain), Some(Split::Train));
    }
}

#[test]
fn training_has_every_primitive_and_alone_wherever_a_problem_may_start_with_it() {
    let train = compositions(Split::Train);
    let seen: HashSet<&str> = train.iter().flatten().copied().collect();
    for primitive in primitives() {
        assert!(seen.contains(primitive.name), "{}", primitive.name);
        let alone = train.contains(&vec![primitive.name]);
        assert_eq!(alone, primitive.takes != Type::Bool, "{}", primitive.name);
    }
}

#[test]
fn held_out_problems_are_made_of_primitives_seen_in_training() {
    let train = compositions(Split::Train);
    let seen: HashSet<&str> = train.iter().flatten().copied().collect();
    for chain in compositions(Split::Test) {
        assert!(
            chain.len() > 1 && chain.iter().all(|name| seen.contains(name)),
            "{chain:?}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_problems_however_many_are_asked_for() {
    let few = problems(Split::Test, 20, 7);
    let more = problems(Split::Test, 90, 7);
    assert_eq!(few, more[..20]);
    assert_ne!(few, problems(Split::Test, 20, 8));
    assert_eq!(train_rows(5, 20), train_rows(5, 50)[..20]);
}

#[test]
fn problem_texts_do_not_change_by_accident() {
    // A change here changes `builtin:micro` for everybody: measured curves are then of another set.
    let bytes: Vec<u8> = problems(Split::Test, 200, 0)
        .iter()
        .flat_map(|p| format!("{}{}{:?}", p.prompt, p.reference, p.cases).into_bytes())
        .collect();
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    insta::assert_snapshot!(format!("{hash:016x}"), @"ad553c255972bb89");
}

#[test]
fn each_problem_has_eight_cases_weakest_first_that_kill_every_variant() {
    for problem in problems(Split::Test, 300, 2) {
        let answers = problem.evaluated();
        assert_eq!(problem.cases.len(), 8, "{}", problem.id);
        assert!(problem.strengths.is_sorted(), "{}", problem.id);
        assert_eq!(answers.strengths(), problem.strengths, "{}", problem.id);
        assert_eq!(
            answers.killed().len(),
            problem.wrong.len(),
            "{}",
            problem.id
        );
        let distinct: HashSet<String> = problem.cases.iter().map(|c| format!("{c:?}")).collect();
        assert_eq!(distinct.len(), 8, "{}", problem.id);
    }
}

#[test]
fn the_weakest_case_lets_most_bugs_pass_and_all_cases_none() {
    let problems = problems(Split::Test, 400, 4);
    let variants: usize = problems.iter().map(|p| p.wrong.len()).sum();
    let killed: usize = problems.iter().map(|p| p.strengths[0]).sum();
    assert!(
        killed * 2 < variants,
        "the weakest case kills {killed} of {variants}"
    );
}

#[test]
fn judged_answers_fill_in_values_drop_equal_variants_and_reorder() {
    let problem = problems(Split::Test, 1, 0).remove(0);
    let mut answers = problem.evaluated();
    // The sandbox finds that the first variant is right after all and that the last case fails.
    answers.wrong[0] = answers.reference.clone();
    answers.reference[7] = None;
    let judged = problem
        .judged(&answers)
        .expect("cases and variants are left");
    assert_eq!(judged.cases.len(), 7);
    assert!(judged.wrong.len() < problem.wrong.len());
    assert!(!judged.wrong.contains(&problem.wrong[0]));
    assert!(judged.strengths.is_sorted());
    let Tests::Calls { cases, .. } = judged.problem().tests else {
        panic!("calls")
    };
    assert!(
        cases
            .iter()
            .all(|case| matches!(case.expected, Expected::Value(_)))
    );
}

#[test]
fn judged_refuses_answers_that_are_not_one_for_each_program_and_case() {
    let problem = problems(Split::Test, 1, 0).remove(0);
    let mut answers = problem.evaluated();
    answers.wrong[0].pop();
    assert_eq!(problem.judged(&answers), None);
}

#[test]
fn values_of_cases_and_answers_fit_the_signature() {
    let selection = Selection {
        n: 300,
        answers: Source::Evaluator,
        ..Selection::default()
    };
    for problem in suite_of(selection).problems {
        let Tests::Calls {
            signature: Some(signature),
            cases,
            ..
        } = problem.tests
        else {
            panic!("calls with a signature")
        };
        for case in cases {
            for (parameter, value) in signature.parameters.iter().zip(&case.args) {
                parameter.ty.check(value).expect("an argument of its type");
            }
            let Expected::Value(value) = &case.expected else {
                panic!("a value")
            };
            signature
                .returns
                .check(value)
                .expect("an answer of its type");
        }
    }
}

#[test]
fn the_mix_of_training_rows_is_as_asked() {
    let share = |rows: &[Row], wanted: fn(&Label) -> bool| {
        let n = rows.iter().filter(|row| wanted(&row.label)).count();
        f64::from(u32::try_from(n).expect("few"))
            / f64::from(u32::try_from(rows.len()).expect("few"))
    };
    let rows = train_rows(0, 20_000);
    assert!((share(&rows, |l| matches!(l, Label::Bug { .. })) - 0.35).abs() < 0.02);
    assert!((share(&rows, |l| *l == Label::Stub) - 0.06).abs() < 0.01);
    let all_right = train_rows_in(
        Mix {
            bugs: 0.0,
            stubs: 0.0,
        },
        0,
        1000,
    );
    assert!(all_right.iter().all(|row| row.label == Label::Right));
    let all_wrong = train_rows_in(
        Mix {
            bugs: 1.0,
            stubs: 0.0,
        },
        0,
        1000,
    );
    assert!(
        all_wrong
            .iter()
            .all(|row| matches!(row.label, Label::Bug { .. }))
    );
}

#[test]
fn selections_are_read_and_bad_ones_named() {
    let selection: Selection = "micro/train?n=20&seed=7&answers=evaluator"
        .parse()
        .expect("good");
    let expected = Selection {
        split: Split::Train,
        n: 20,
        seed: 7,
        answers: Source::Evaluator,
    };
    assert_eq!(selection, expected);
    assert_eq!("micro".parse(), Ok(Selection::default()));
    for bad in [
        "micro/dev",
        "micro?n=0",
        "micro?n=x",
        "micro?size=3",
        "micro/test?seed",
    ] {
        assert!(bad.parse::<Selection>().is_err(), "{bad}");
    }
}

#[test]
fn a_suite_is_loaded_by_name_and_its_ids_are_unique() {
    let loaded = load("micro/valid?n=100&seed=9").expect("a good name");
    assert_eq!(loaded, suite(Split::Valid, 100, 9));
    let ids: HashSet<&str> = loaded.problems.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids.len(), 100);
    let fault = load("micro/dev").expect_err("a bad name").to_string();
    assert!(fault.contains("`micro/dev`"), "{fault}");
}

#[test]
fn prompts_and_bodies_are_short() {
    let rows = train_rows(0, 5000);
    let mean = |length: fn(&Row) -> usize| rows.iter().map(length).sum::<usize>() / rows.len();
    assert!(
        mean(|row| row.prompt.len()) < 125,
        "{}",
        mean(|row| row.prompt.len())
    );
    assert!(
        mean(|row| row.completion.len()) < 95,
        "{}",
        mean(|row| row.completion.len())
    );
}

proptest! {
    #[test]
    fn every_text_is_plain_python_with_valid_names(seed: u64, index in 0_u64..1 << 40) {
        for split in SPLITS {
            let mut stream = stream::Stream::new(seed, split.lane(), index);
            let draft = draft::Draft::draw(split, &mut stream);
            let mut bodies = vec![draft.reference(), draft.stub(&mut stream)];
            bodies.extend(draft.all_wrong().into_iter().map(|wrong| wrong.body));
            for (name, _) in draft.parameters() {
                prop_assert!(name.bytes().all(|b| b.is_ascii_lowercase()));
            }
            for body in bodies {
                let text = format!("{}{body}", draft.prompt);
                prop_assert!(text.is_ascii() && !text.contains(['\t', '\r', '\\']), "{text}");
                let hole = ["{x}", "{X}", "{r}", "{c}", "{k}", "{k-1}", "{k+1}"]
                    .into_iter()
                    .find(|hole| text.contains(hole));
                prop_assert!(hole.is_none(), "{text}");
                prop_assert_eq!(text.matches("\"\"\"").count(), 2);
                prop_assert!(text.ends_with('\n') && body.starts_with("    "));
                let program = python::Program::parse(&text);
                prop_assert!(program.is_ok(), "{text}{program:?}");
            }
        }
    }

    #[test]
    fn the_evaluator_never_panics_on_programs_of_the_generator(seed: u64, index: u64) {
        for split in SPLITS {
            let _ = MicroProblem::draw(split, seed, index);
        }
    }
}
