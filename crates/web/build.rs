//! Makes the folder of the built console when it is not there, so that the server builds without Node; it then serves
//! the API and says what is missing. Never runs npm.

fn main() {
    let dist = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console/dist");
    if let Err(error) = std::fs::create_dir_all(&dist) {
        println!("cargo::warning=console/dist cannot be made: {error}");
    }
    println!("cargo::rerun-if-changed=../../console/dist");
}
