//! Any review in, typed and lossless out.
