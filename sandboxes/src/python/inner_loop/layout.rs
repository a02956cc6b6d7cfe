//! Where things are in the structures of CPython 3.14.0, where addresses have 32 bits.

// A frame.
pub(super) const CODE: u64 = 0;
pub(super) const PREVIOUS: u64 = 4;
pub(super) const FUNCTION: u64 = 8;
pub(super) const GLOBALS: u64 = 12;
pub(super) const BUILTINS: u64 = 16;
pub(super) const NAMESPACE: u64 = 20;
pub(super) const FRAME_OBJECT: u64 = 24;
pub(super) const INSTRUCTION: u64 = 28;
pub(super) const END: u64 = 32;
pub(super) const RETURN: u64 = 36;
pub(super) const OWNER: u64 = 38;
pub(super) const LOCALS: u64 = 40;
// A thread's state: with the frame that runs, how deep calls may still go, and the piece of memory
// that frames are in, from where the next one goes to its end.
pub(super) const INTERPRETER: u64 = 8;
pub(super) const WAITING: u64 = 12;
pub(super) const DEPTH: u64 = 32;
pub(super) const CURRENT: u64 = 52;
pub(super) const PIECE: u64 = 144;
pub(super) const FRAMES: u64 = 148;
pub(super) const FRAMES_END: u64 = 152;
/// The first frame in a piece.
pub(super) const PIECE_FIRST: i32 = 12;
// The runtime's state: who watches objects come and go, the small integers from 0 on, the first
// interpreter's state.
pub(super) const WATCHER: i32 = 5672;
pub(super) const SMALL_INTEGERS: i32 = 9232;
pub(super) const FIRST: i32 = 51_152;
// An interpreter's state: what calls functions in place of the loop, and what was freed, each kind
// a list and a count.
pub(super) const EVALUATOR: i32 = 4472;
pub(super) const FREED_FLOATS: i32 = 5792;
pub(super) const FREED_INTEGERS: i32 = 5800;
pub(super) const FREED_RANGE_ITERATORS: i32 = 6024;
// Any object, and those with a size.
pub(super) const COUNTER: u64 = 0;
pub(super) const TYPE: u64 = 4;
pub(super) const SIZE: u64 = 8;
// An integer: the number of digits times 8, with 4 for one that lives forever and a sign of 1 for
// zero and 2 for negative; the first digit.
pub(super) const TAG: u64 = 8;
pub(super) const DIGIT: u64 = 12;
pub(super) const FLOAT: u64 = 8;
// A list's entries, a tuple's, a cell's content; of an iterator of a list or a tuple, where it is in
// what.
pub(super) const LIST_ENTRIES: u64 = 12;
pub(super) const TUPLE_ENTRIES: u64 = 16;
pub(super) const CELL: u64 = 8;
pub(super) const POSITION: u64 = 8;
pub(super) const ITERATED: u64 = 12;
// An iterator of a range.
pub(super) const RANGE_NEXT: u64 = 8;
pub(super) const RANGE_STEP: u64 = 12;
pub(super) const RANGE_LEFT: u64 = 16;
// A function.
pub(super) const FUNCTION_GLOBALS: u64 = 8;
pub(super) const FUNCTION_BUILTINS: u64 = 12;
pub(super) const FUNCTION_CODE: u64 = 24;
pub(super) const FUNCTION_VERSION: u64 = 72;
// A code object: with how many arguments and local variables, and the size of a frame in words.
pub(super) const CONSTANTS: u64 = 12;
pub(super) const ARGUMENTS: u64 = 28;
pub(super) const VARIABLES: u64 = 48;
pub(super) const FRAME_SIZE: u64 = 52;
pub(super) const VERSION: u64 = 108;
pub(super) const INSTRUCTIONS: i32 = 128;
// A dictionary's keys, and of those the logarithm of the index's bytes, the version, and the first
// value if the index had none.
pub(super) const KEYS: u64 = 24;
pub(super) const KEYS_INDEX: u64 = 5;
pub(super) const KEYS_VERSION: u64 = 8;
pub(super) const KEYS_VALUES: u64 = 24;

// Numbers of instructions that others look for.
pub(super) const GET_ITER: u8 = 16;
pub(super) const NOT_TAKEN: u8 = 28;
pub(super) const LOAD_SMALL_INT: u8 = 94;
pub(super) const POP_JUMP_IF_FALSE: u8 = 100;
pub(super) const POP_JUMP_IF_TRUE: u8 = 103;
pub(super) const STORE_FAST: u8 = 112;
pub(super) const COMPARE_OP_INT: u8 = 167;
pub(super) const FOR_ITER_LIST: u8 = 172;
pub(super) const FOR_ITER_RANGE: u8 = 173;
pub(super) const RESUME_CHECK: u8 = 196;
