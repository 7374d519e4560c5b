#![doc = include_str!("../README.md")]

mod handler;
mod messages;
mod runs;
mod server;
mod sessions;
mod store;
mod tools;
mod watch;

pub use rmcp::transport::io::stdio;

pub use self::server::Server;
pub use self::sessions::{RepositorySessions, Sessions};
