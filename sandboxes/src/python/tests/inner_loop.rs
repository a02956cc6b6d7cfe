//! The inner loop does what CPython does, in fewer steps.

use super::*;

/// `divmod` and operands that are no plain integers are nothing that the inner loop knows.
#[test]
fn remainders_and_quotients_of_the_inner_loop_are_those_of_divmod() {
    let source = "
class Own(int):
    def __rmod__(self, other):
        return 'own'

def f(_):
    sizes = [0, 1, 2, 5, 7, 255, 256, 257, 2**30 - 1, 2**30, 2**31, 2**32 + 3, 2**60, 10**40]
    numbers = sizes + [-n for n in sizes] + [True, False]
    for a in numbers:
        for b in numbers:
            if b == 0:
                for way in (lambda: a % b, lambda: a // b):
                    try:
                        return ('no error', way())
                    except ZeroDivisionError:
                        pass
                continue
            wanted = divmod(a, b)
            quotient, remainder = a, a
            quotient //= b
            remainder %= b
            found = [(a // b, a % b), (quotient, remainder)]
            if any(one != wanted or type(one[0]) is not int or type(one[1]) is not int for one in found):
                return (a, b, *found)
            if wanted != (int(Own(a) // b), int(Own(a) % b)):
                return ('own', a, b)
    return [7 % Own(4), '%d' % 7, 7.5 % 2, 7 % True, 7 // 2.0]
";
    let (exit, found) = answer(source);
    assert_eq!(exit, Exit::Finished);
    assert_eq!(
        found,
        Some(Value::List(vec![
            Value::Str("own".into()),
            Value::Str("7".into()),
            Value::Float(1.5),
            int(0),
            Value::Float(3.0),
        ]))
    );
}

/// A turn of this loop burns some 1,050 units, and 1,550 without the inner loop, which does not know
/// remainders of a negative operand.
#[test]
fn loops_over_small_integers_and_calls_are_cheap() {
    let source = "
def one(n):
    return n

def f(n):
    for i in range(2, 10_002):
        if i % n == 20_000:
            return one(i)
        one(i)
";
    let record = call(source, vec![vec![int(3)], vec![int(3)], vec![int(-3)]]);
    let fuel: Vec<u64> = record.cases.iter().map(|case| case.fuel.0).collect();
    assert!(fuel[1] < 1_200 * 10_000, "{fuel:?}");
    assert!(fuel[1] + 100 * 10_000 < fuel[2], "{fuel:?}");
}

/// A list in itself that another takes the place of there, a function that a variable of its own holds.
#[test]
fn what_loses_its_last_two_references_in_one_instruction_is_freed() {
    let source = "
import gc, weakref

def own():
    xs = [0]
    xs[0] = xs
    return xs

def make():
    def called(box, itself):
        box.clear()
        return 1
    return called

def f(_):
    gc.collect()
    gc.disable()
    before = len(gc.get_objects())
    for i in range(50):
        own()[0] = i
    left = len(gc.get_objects()) - before
    alive = 0
    for _ in range(50):
        box = [make()]
        function = weakref.ref(box[0])
        box[0](box, box[0])
        alive += function() is not None
    return [left, alive]
";
    let freed = Value::List(vec![int(0), int(0)]);
    assert_eq!(answer(source), (Exit::Finished, Some(freed)));
}

#[test]
fn a_tracer_sees_each_line_of_a_function_that_ran_before_without() {
    let source = "
def f(_):
    import sys
    lines = []
    def loop(n):
        total = 0
        for i in range(n):
            total += i % 3
            if total > 1:
                total -= 1
        return total
    def tracer(frame, event, value):
        if frame.f_code is loop.__code__:
            lines.append(event[0] + str(frame.f_lineno - loop.__code__.co_firstlineno))
        return tracer
    for _ in range(20):
        loop(5)
    sys.settrace(tracer)
    loop(3)
    sys.settrace(None)
    return ' '.join(lines)
";
    let lines = "c0 l1 l2 l3 l4 l2 l3 l4 l2 l3 l4 l5 l2 l6 r6";
    assert_eq!(
        answer(source),
        (Exit::Finished, Some(Value::Str(lines.into())))
    );
}
