//! The web pages: sign-up and health.
