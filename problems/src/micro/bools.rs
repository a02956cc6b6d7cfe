//! Primitives that take a truth value. No problem starts with one: its cases would be two.

use super::primitive::primitives;

primitives! {
    "not": Bool => Bool;
        say "the opposite of {x}" | "False instead of True for {x}";
        step "negate the answer";
        code "not {x}";
        bugs MissingCase "bool({x})" | MissingCase "True";
    "as_number": Bool => Int;
        say "1 or 0 for {x}" | "{x} as 1 or 0";
        step "give 1 if so, else 0";
        code "1 if {x} else 0" | "int({x})" | "{r} = 0\nif {x}:\n    {r} = 1";
        bugs WrongOrder "0 if {x} else 1" | MissingCase "1";
    "yes_no": Bool => Str;
        say "'yes' or 'no' for {x}" | "{x} as 'yes' or 'no'";
        step "say 'yes' if so, else 'no'";
        code "'yes' if {x} else 'no'" | "{r} = 'no'\nif {x}:\n    {r} = 'yes'";
        bugs WrongOrder "'no' if {x} else 'yes'" | MissingCase "'yes' if {x} else ''";
}
