//! Reading a URL that names nsqd or nsqlookupd processes.

use std::{path::PathBuf, str::FromStr, time::Duration};

use almanet_nsq::limits;

use super::config::{AuthSecret, Compression, DEFAULT_PORT, LOOKUPD_PORT, NsqConfig, Tls};
use crate::transport::{
    connect_error::{ConnectError, invalid},
    net::Address,
};

impl FromStr for NsqConfig {
    type Err = ConnectError;

    /// Reads an `nsq:` or `nsqlookupd:` URL, either with `+tls` behind it.
    ///
    /// # Errors
    /// [`ConnectError::InvalidUrl`] where it is not one, naming the part and what is allowed there;
    /// [`ConnectError::Unsupported`] where it asks for a feature that this program was built without.
    fn from_str(url: &str) -> Result<Self, ConnectError> {
        let config = Self::read(url).map_err(|why| invalid(url, &why))?;
        match config.missing_feature() {
            Some(feature) => Err(ConnectError::Unsupported(format!(
                "the broker's URL asks for {feature}, which this program was built without: \
                 switch the feature `{feature}` of almanet-runtime on"
            ))),
            None => Ok(config),
        }
    }
}

impl NsqConfig {
    fn read(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or("behind the scheme comes `://`")?;
        let (hosts, query) = rest.split_once('?').map_or((rest, ""), |(hosts, query)| (hosts, query));
        if hosts.contains('@') {
            return Err(
                "it holds credentials: put the secret for AUTH into a file or an environment variable, and name \
                        that by `auth_file=` or `auth_env=`"
                    .to_owned(),
            );
        }
        let (plain, tls) = scheme.strip_suffix("+tls").map_or((scheme, None), |plain| (plain, Some(Tls::new())));
        let mut config = match plain {
            "nsq" => Self::new(addresses(hosts, DEFAULT_PORT)?),
            "nsqlookupd" => Self::found_by(addresses(hosts, LOOKUPD_PORT)?),
            _ => return Err(format!("`{}` is not a scheme of brokers", scheme.escape_debug())),
        };
        let mut parameters = Parameters::read(query)?;
        config.tls = parameters.tls(tls)?;
        config.auth = parameters.auth()?;
        config.compression = parameters.compression()?;
        for (name, value) in parameters.0 {
            config.set(name, value)?;
        }
        config.check()?;
        Ok(config)
    }

    fn missing_feature(&self) -> Option<&'static str> {
        match self {
            Self { tls: Some(_), .. } if cfg!(not(feature = "tls")) => Some("tls"),
            Self { compression: Some(Compression::Snappy), .. } if cfg!(not(feature = "snappy")) => Some("snappy"),
            Self { compression: Some(Compression::Deflate { .. }), .. } if cfg!(not(feature = "deflate")) => {
                Some("deflate")
            }
            _ => None,
        }
    }
}

/// What stands behind the `?`: names and values, each name once.
struct Parameters<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Parameters<'a> {
    fn read(query: &'a str) -> Result<Self, String> {
        let mut read = Vec::<(&str, &str)>::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if read.iter().any(|(known, _)| *known == name) {
                return Err(format!("`{}=` is there twice", name.escape_debug()));
            }
            read.push((name, value));
        }
        Ok(Self(read))
    }

    fn take(&mut self, name: &str) -> Option<&'a str> {
        let place = self.0.iter().position(|(known, _)| *known == name)?;
        Some(self.0.remove(place).1)
    }

    fn file(&mut self, name: &str) -> Result<Option<PathBuf>, String> {
        self.take(name).map(|value| path(name, value)).transpose()
    }

    fn tls(&mut self, tls: Option<Tls>) -> Result<Option<Tls>, String> {
        let (ca, certificate, key) = (self.file("ca")?, self.file("cert")?, self.file("key")?);
        let Some(mut tls) = tls else {
            return match ca.or(certificate).or(key) {
                Some(_) => {
                    Err("`ca=`, `cert=` and `key=` are for TLS: write nsq+tls:// or nsqlookupd+tls://".to_owned())
                }
                None => Ok(None),
            };
        };
        if let Some(ca) = ca {
            tls = tls.ca(ca);
        }
        match (certificate, key) {
            (Some(certificate), Some(key)) => Ok(Some(tls.identity(certificate, key))),
            (None, None) => Ok(Some(tls)),
            _ => Err("`cert=` and `key=` come together".to_owned()),
        }
    }

    fn auth(&mut self) -> Result<Option<AuthSecret>, String> {
        match (self.file("auth_file")?, self.take("auth_env")) {
            (Some(_), Some(_)) => Err("the secret is either in `auth_file=` or in `auth_env=`".to_owned()),
            (Some(path), None) => Ok(Some(AuthSecret::File(path))),
            (None, Some(name)) if name.is_empty() || name.contains('\0') => {
                Err("`auth_env=` names an environment variable".to_owned())
            }
            (None, Some(name)) => Ok(Some(AuthSecret::Variable(name.to_owned()))),
            (None, None) => Ok(None),
        }
    }

    fn compression(&mut self) -> Result<Option<Compression>, String> {
        let level = self.take("deflate_level");
        match (self.take("compression"), level) {
            (Some("deflate"), level) => {
                let level = level.unwrap_or("6");
                let level = level.parse().ok().filter(|level| (1..=9).contains(level));
                let level = level.ok_or("`deflate_level=` is a number from 1 (fast) to 9 (small)")?;
                Ok(Some(Compression::Deflate { level }))
            }
            (_, Some(_)) => Err("`deflate_level=` goes with `compression=deflate`".to_owned()),
            (Some("snappy"), None) => Ok(Some(Compression::Snappy)),
            (None, None) => Ok(None),
            (Some(other), None) => {
                Err(format!("`compression={}` is neither `snappy` nor `deflate`", other.escape_debug()))
            }
        }
    }
}

/// A path, in which `%20` and the like stand for what a URL cannot hold.
fn path(name: &str, value: &str) -> Result<PathBuf, String> {
    let wrong = || format!("`{name}=` is the path of a file, in which `%26` stands for `&`, `%25` for `%` and so on");
    let (mut text, mut rest) = (Vec::new(), value.as_bytes());
    while let [first, after @ ..] = rest {
        rest = after;
        text.push(match first {
            b'%' => {
                let [high, low, after @ ..] = rest else { return Err(wrong()) };
                rest = after;
                let digit = |digit: &u8| char::from(*digit).to_digit(16);
                let byte = digit(high).zip(digit(low)).map(|(high, low)| high * 16 + low);
                byte.and_then(|byte| u8::try_from(byte).ok()).ok_or_else(wrong)?
            }
            plain => *plain,
        });
    }
    let text = String::from_utf8(text).ok().filter(|text| !text.is_empty() && !text.contains('\0'));
    text.map(PathBuf::from).ok_or_else(wrong)
}

fn addresses(hosts: &str, default_port: u16) -> Result<Vec<Address>, String> {
    let mut addresses = Vec::new();
    for host in hosts.strip_suffix('/').unwrap_or(hosts).split(',') {
        let address = Address::parse(host, default_port)?;
        if addresses.contains(&address) {
            return Err(format!("it names {address} twice"));
        }
        addresses.push(address);
    }
    Ok(addresses)
}

/// The parameters of a URL, for the message about an unknown one.
const PARAMETERS: &str = "`max_msg_size`, `max_body_size`, `msg_timeout`, `heartbeat`, `connect_timeout`, \
                          `output_buffer_size`, `output_buffer_timeout`, `lookupd_poll`, `lookupd_timeout`, \
                          `compression`, `deflate_level`, `ca`, `cert`, `key`, `auth_file`, `auth_env`";

impl NsqConfig {
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "max_msg_size" => self.max_message_size = bytes(name, value, 1, MAX_SIZE)?,
            "max_body_size" => self.max_body_size = bytes(name, value, 1024, MAX_SIZE)?,
            "msg_timeout" => {
                let range = (limits::MIN_MESSAGE_TIMEOUT, limits::MAX_MESSAGE_TIMEOUT);
                self.message_timeout = Some(duration(name, value, range)?);
            }
            "heartbeat" => {
                let range = (limits::MIN_HEARTBEAT_INTERVAL, limits::MAX_HEARTBEAT_INTERVAL);
                self.heartbeat = duration(name, value, range)?;
            }
            "connect_timeout" => {
                let range = (Duration::from_millis(10), Duration::from_secs(60));
                self.connect_timeout = duration(name, value, range)?;
            }
            "lookupd_poll" => {
                let range = (Duration::from_millis(100), Duration::from_secs(60 * 60));
                self.lookupd_poll = duration(name, value, range)?;
            }
            "lookupd_timeout" => {
                let range = (Duration::from_millis(10), Duration::from_secs(60));
                self.lookupd_timeout = duration(name, value, range)?;
            }
            "output_buffer_size" if value == "-1" => self.output_buffer_size = None,
            "output_buffer_size" => {
                let (least, most) = (limits::MIN_OUTPUT_BUFFER_SIZE, limits::MAX_OUTPUT_BUFFER_SIZE);
                self.output_buffer_size =
                    Some(bytes(name, value, least, most).map_err(|why| format!("{why}, or -1 for no buffer"))?);
            }
            "output_buffer_timeout" => {
                let range = (limits::MIN_OUTPUT_BUFFER_TIMEOUT, limits::MAX_OUTPUT_BUFFER_TIMEOUT);
                self.output_buffer_timeout = duration(name, value, range)?;
            }
            _ => return Err(format!("`{}=` is not one of {PARAMETERS}", name.escape_debug())),
        }
        Ok(())
    }
}

/// Far above what nsqd is run with, and far below what a length can say.
const MAX_SIZE: usize = 1024 * 1024 * 1024;

fn bytes(name: &str, value: &str, least: usize, most: usize) -> Result<usize, String> {
    value
        .parse()
        .ok()
        .filter(|size| (least..=most).contains(size))
        .ok_or_else(|| format!("`{name}={}` is not a number of bytes from {least} to {most}", value.escape_debug()))
}

fn duration(name: &str, value: &str, (least, most): (Duration, Duration)) -> Result<Duration, String> {
    let parsed = match value.strip_suffix("ms") {
        Some(millis) => millis.parse().ok().map(Duration::from_millis),
        None => value.strip_suffix('s').and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs),
    };
    parsed.filter(|duration| (least..=most).contains(duration)).ok_or_else(|| {
        format!(
            "`{name}={}` is not a duration from {least:?} to {most:?}, such as `5s` or `250ms`",
            value.escape_debug()
        )
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::transport::SubscribeOptions;

    fn refused(url: &str) -> String {
        match url.parse::<NsqConfig>() {
            Err(error) => error.to_string(),
            Ok(config) => panic!("{url}: {config:?}"),
        }
    }

    #[test]
    fn urls_name_brokers_and_settings() {
        let config: NsqConfig = "nsq://one,[::1]:9,two:4151/?max_msg_size=2097152&heartbeat=2500ms&msg_timeout=10s\
                                 &output_buffer_size=-1&output_buffer_timeout=50ms&connect_timeout=1s"
            .parse()
            .unwrap();
        let addresses: Vec<_> = config.addresses.iter().map(ToString::to_string).collect();
        assert_eq!(addresses, ["one:4150", "[::1]:9", "two:4151"]);
        assert_eq!(config.max_message_size, 2 * 1024 * 1024);
        assert_eq!(config.read_timeout(), Duration::from_secs(6));
        let identify = config.identify(None);
        let options = SubscribeOptions::new("t".parse().unwrap(), "c".parse().unwrap(), 1);
        let options = options.message_timeout(Duration::from_secs(5)).sample_rate(30);
        assert_eq!((identify.sample_rate, config.identify(Some(&options)).sample_rate), (0, 30));
        assert_eq!((identify.heartbeat_interval, identify.msg_timeout), (2500, 10_000));
        assert_eq!((identify.output_buffer_size, identify.output_buffer_timeout), (-1, 50));
        assert_eq!(config.identify(Some(&options)).msg_timeout, 5000);
    }

    #[cfg(all(feature = "tls", feature = "snappy", feature = "deflate"))]
    #[test]
    fn connections_are_secured_and_compressed() {
        let config: NsqConfig =
            "nsq+tls://a?ca=/my%20ca%26.pem&cert=c.pem&key=k.pem&auth_file=/s&compression=snappy".parse().unwrap();
        let shown = format!("{config:?}");
        for part in [r#"ca: Some("/my ca&.pem")"#, r#"("c.pem", "k.pem")"#, r#"File("/s")"#, "Some(Snappy)"] {
            assert!(shown.contains(part), "{shown}");
        }
        let identify = config.identify(None);
        assert_eq!((identify.tls_v1, identify.snappy, identify.deflate), (true, true, false));
        let config: NsqConfig = "nsqlookupd+tls://a?compression=deflate&deflate_level=9&auth_env=S".parse().unwrap();
        let identify = config.identify(None);
        assert_eq!((identify.tls_v1, identify.deflate, identify.deflate_level), (true, true, 9));
        for url in ["nsq://localhost?auth_env=S", "nsq://127.0.0.2,[::1]?auth_env=S", "nsq://a"] {
            assert!(!url.parse::<NsqConfig>().unwrap().identify(None).tls_v1, "{url}");
        }
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn what_is_not_built_in_is_said() {
        let error = "nsq+tls://a".parse::<NsqConfig>().unwrap_err();
        assert!(matches!(&error, ConnectError::Unsupported(_)), "{error}");
        assert!(error.to_string().contains("switch the feature `tls` of almanet-runtime on"), "{error}");
    }

    #[test]
    fn brokers_can_be_found_by_others() {
        let config: NsqConfig = "nsqlookupd://one,two:4163?heartbeat=1s".parse().unwrap();
        assert_eq!(config.addresses, []);
        let lookupds: Vec<_> = config.lookupds.iter().map(ToString::to_string).collect();
        assert_eq!(lookupds, ["one:4161", "two:4163"]);
    }

    #[test]
    fn the_defaults_are_those_of_the_wire() {
        let config: NsqConfig = "nsq://127.0.0.1".parse().unwrap();
        assert_eq!(config.addresses[0].port, 4150);
        assert_eq!((config.heartbeat, config.read_timeout()), (Duration::from_secs(5), Duration::from_secs(12)));
        assert_eq!(config.max_message_size, 1024 * 1024);
        assert_eq!(config.identify(None).msg_timeout, 0);
    }

    #[test]
    fn what_is_wrong_is_named_with_what_is_allowed() {
        for (url, part) in [
            ("127.0.0.1:4150", "behind the scheme comes `://`"),
            ("nsq://", "`` is not a host name"),
            ("nsq://a,,b", "`` is not a host name"),
            ("nsq://a:0", "a port is a number from 1 to 65535"),
            ("nsq://a:x", "a port is a number"),
            ("nsq://a:65536", "a port is a number"),
            ("nsq://a:+4150", "a port is a number"),
            ("nsq://::1", "an IPv6 address stands in brackets"),
            ("nsq://fe80::1:4150", "an IPv6 address stands in brackets"),
            ("nsq://a/path", "a port is a number|`a/path` is not a host name"),
            ("nsq://a,a:4150", "it names a:4150 twice"),
            ("nsq://[::1", "an IPv6 address stands in brackets"),
            ("nsq://[::1]x", "after `]` comes `:`"),
            ("nsq://a?heartbeat=5", "`heartbeat=5` is not a duration from 1s to 60s, such as `5s` or `250ms`"),
            ("nsq://a?heartbeat=61s", "from 1s to 60s"),
            ("nsq://a?msg_timeout=999ms", "`msg_timeout=999ms` is not a duration from 1s to 900s"),
            ("nsq://a?max_msg_size=1MB", "`max_msg_size=1MB` is not a number of bytes from 1 to"),
            ("nsq://a?output_buffer_size=63", "from 64 to 65536, or -1 for no buffer"),
            ("nsq://a?output_buffer_timeout=24ms", "from 25ms to 30s"),
            ("nsq://a?retries=3", "`retries=` is not one of `max_msg_size`"),
            ("nsq://a?heartbeat=5s&heartbeat=5s", "`heartbeat=` is there twice"),
            ("nsq+ssl://a", "`nsq+ssl` is not a scheme"),
            ("nsq://a?ca=x", "`ca=`, `cert=` and `key=` are for TLS: write nsq+tls://"),
            ("nsq+tls://a?cert=x", "`cert=` and `key=` come together"),
            ("nsq+tls://a?ca=", "`ca=` is the path of a file"),
            ("nsq+tls://a?ca=%2", "`%25` for `%`"),
            ("nsq+tls://a?ca=%+1", "`%25` for `%`"),
            ("nsq+tls://a?ca=%ff", "`ca=` is the path of a file"),
            ("nsq+tls://a?auth_env=", "`auth_env=` names an environment variable"),
            ("nsq+tls://a?auth_env=A&auth_file=b", "either in `auth_file=` or in `auth_env=`"),
            ("nsq://a?auth_env=A", "a secret for AUTH is not sent to a:4150 in the clear: use TLS"),
            ("nsq://127.0.0.1,128.0.0.1?auth_file=a", "not sent to 128.0.0.1:4150 in the clear"),
            ("nsq://a?compression=gzip", "`compression=gzip` is neither `snappy` nor `deflate`"),
            ("nsq://a?compression=snappy&deflate_level=3", "`deflate_level=` goes with `compression=deflate`"),
            ("nsq://a?compression=deflate&deflate_level=0", "from 1 (fast) to 9 (small)"),
            ("nsq://a?compression=deflate&output_buffer_size=-1", "nsqd delivers nothing"),
        ] {
            let message = refused(url);
            assert!(part.split('|').any(|part| message.contains(part)), "{url}: {message}");
            assert!(message.contains("write nsq://host:4150"), "{message}");
        }
    }

    #[test]
    fn the_guide_describes_every_parameter_and_no_other() {
        let guide = include_str!("../../../docs/urls.md");
        let described: BTreeSet<_> = guide
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next())
            .flat_map(|cell| cell.split('`').filter_map(|name| name.strip_suffix('=')))
            .collect();
        let known: BTreeSet<_> =
            PARAMETERS.split('`').filter(|part| !part.starts_with([',', ' ']) && !part.is_empty()).collect();
        assert_eq!(described, known);
    }

    #[test]
    fn credentials_are_refused_and_not_shown() {
        let message = refused("nsq://me:hunter2@a:4150");
        assert!(message.contains("credentials") && !message.contains("hunter2"), "{message}");
    }
}
