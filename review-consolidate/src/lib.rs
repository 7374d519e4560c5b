//! The pure engine: from several reviews to one report that accounts for every finding.
