//! How long consolidation takes.
fn main() {
    divan::main();
}
