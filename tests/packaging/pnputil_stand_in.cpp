// SPDX-License-Identifier: MIT
#include <fstream>

// Windows' driver installer, as far as ours calls it: notes how, in C:\pnputil.txt, and ends with
// the number in C:\pnputil.rc, where there is one. Wine has none.
int main(int argc, char** argv) {
    std::ofstream note("C:\\pnputil.txt");
    for (int i = 1; i < argc; ++i) {
        note << (i > 1 ? " " : "") << argv[i];
    }
    note << "\n";
    int code = 0;
    std::ifstream("C:\\pnputil.rc") >> code;
    return code;
}
