//! `almanet-bench-peers prost|tonic DESCRIPTORS OUT`: generates Rust with prost or tonic from protoc's descriptor set.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [peer, descriptors, out] = arguments.as_slice() else {
        return Err("usage: almanet-bench-peers prost|tonic DESCRIPTORS OUT".into());
    };
    std::fs::create_dir_all(out)?;
    let includes: [&Path; 0] = [];
    let protos: [&Path; 0] = [];
    match peer.as_str() {
        "prost" => prost_build::Config::new()
            .skip_protoc_run()
            .file_descriptor_set_path(descriptors)
            .out_dir(out)
            .compile_protos(&protos, &includes)?,
        "tonic" => tonic_prost_build::configure()
            .skip_protoc_run()
            .file_descriptor_set_path(descriptors)
            .out_dir(out)
            .compile_protos(&protos, &includes)?,
        other => return Err(format!("there is no peer {other}").into()),
    }
    Ok(())
}
