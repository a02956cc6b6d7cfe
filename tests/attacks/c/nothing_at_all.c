// language: c
// problem: io/total
// idea: faking completion: there is no main
// verdict: compile_error

static int unused;
