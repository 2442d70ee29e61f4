//! What every HTTP edge shares: problem documents, limits, graceful shutdown.
