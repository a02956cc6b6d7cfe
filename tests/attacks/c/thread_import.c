// language: c
// problem: io/total
// idea: the host's calls: one that starts a thread
// verdict: protocol_violation

__attribute__((import_module("wasi"), import_name("thread-spawn"))) int spawn(void *);

int main(void) { return spawn(0) > 0; }
