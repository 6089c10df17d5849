//! A compose file: what it names is there.

use serde_json::Value;

use super::Project;

/// The stages that are built, and what is wrong with nothing: every service has an image or builds a stage, waits for services that
/// are there, keeps its data in volumes that are there, and finds its broker at a port that one of them opens.
#[track_caller]
pub(crate) fn stages(project: &Project) -> Vec<String> {
    let compose: Value = serde_yaml::from_str(&project.read("compose.yaml")).expect("it is YAML");
    let services = compose["services"].as_object().expect("there are services");
    let list = |value: &Value| -> Vec<String> {
        let items = value.as_array().into_iter().flatten();
        items.map(|item| item.as_str().expect("a text").to_owned()).collect()
    };
    let mut stages = Vec::new();
    for (name, service) in services {
        let known = [
            "build",
            "command",
            "depends_on",
            "environment",
            "image",
            "ports",
            "restart",
            "stop_grace_period",
            "volumes",
        ];
        for key in service.as_object().expect("a service says something").keys() {
            assert!(known.contains(&key.as_str()), "{name}: {key} is not known here");
        }
        match (service["image"].as_str(), service["build"].as_object()) {
            (Some(image), None) => assert!(image.contains(':'), "{name}: {image} names no version"),
            (None, Some(build)) => {
                assert_eq!(build["context"], ".", "{name}");
                stages.push(build["target"].as_str().expect("a stage").to_owned());
            }
            _ => panic!("{name} has neither an image nor a build, or both"),
        }
        for other in list(&service["depends_on"]) {
            assert!(services.contains_key(&other), "{name}: there is no {other}");
        }
        for volume in list(&service["volumes"]) {
            let (volume, _) = volume.split_once(':').expect("NAME:PATH");
            assert!(compose["volumes"].as_object().is_some_and(|all| all.contains_key(volume)), "{name}: {volume}");
        }
        if let Some(url) = service["environment"]["ALMANET_URL"].as_str() {
            let (host, port) =
                url.strip_prefix("nsq://").and_then(|rest| rest.split_once(':')).expect("nsq://HOST:PORT");
            assert!(list(&service["depends_on"]).contains(&host.to_owned()), "{name} does not wait for {host}");
            // A broker that others reach lets them call everything.
            let opened = list(&services[host]["ports"]);
            assert_eq!(opened, [format!("127.0.0.1:{port}:{port}")], "{name}: {host}");
        }
    }
    stages.sort();
    stages
}
