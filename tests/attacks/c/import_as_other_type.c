// language: c
// problem: io/total
// idea: the host's calls: one with parameters of another type
// verdict: protocol_violation

__attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_write"))) double
write_number(double);

int main(void) { return write_number(46) != 46; }
