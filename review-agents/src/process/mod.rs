//! Runs a program so that nothing of it survives.
//!
//! The program gets a cleared environment, a closed standard input and a process group of its own. When it ends, well
//! or not, everything that it started is ended too, also what moved into a session of its own.
//!
//! How far that holds depends on who watches:
//!
//! * **With a supervisor** (a small process between us and the program, see [`supervisor`]) it holds always, also when
//!   this process is killed with SIGKILL: the supervisor's pipe closes, and it ends every descendant.
//! * **Without one** it holds while this process lives, by the process group and by a mark in the environment. A child
//!   that left both behind is not found. The record says which of the two it was.
//!
//! A program can be confined to what it works on ([`Invocation::writing_only_to`]): it sees the system's programs, its own
//! files and its folder, nothing of a home, and writes only to folders of its own. That is done by bubblewrap where it is
//! installed and works, else by landlock, which needs the supervisor and Linux 6.2.

mod descendants;
mod driver;
mod invocation;
#[cfg(target_os = "linux")]
mod landlock;
mod protection;
pub mod supervisor;
mod visible;

pub use driver::{Driver, Ended, Limits, Stream};
pub use invocation::{Guarantee, Invocation};
pub use protection::Protection;
