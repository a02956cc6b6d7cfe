// language: c
// problem: io/total
// idea: compiler bombs: structures in structures, each ten times the one before
// verdict: compile_error

struct a { char items[1000]; };
struct b { struct a items[1000]; };
struct c { struct b items[1000]; };
struct d { struct c items[1000]; };
struct e { struct d items[1000]; };

struct e large[1000];

int main(void) { return sizeof large != 0; }
