//! Drives a city over the platform's four directories.
