"""Applications and application sets: what policies name as services."""

from dataclasses import dataclass

from engineering_api.dialects.junos import ports
from engineering_api.dialects.junos.state import Junos, Of
from engineering_api.facts.fact import Span
from engineering_api.facts.filters import Service, ServiceObject, Services
from engineering_api.reading.paths import Found, Level

APPLICATIONS = Level[Junos]("applications")
APPLICATION = Level["Application"]("application")
SET = Level[Of[ServiceObject]]("application-set")


@dataclass(slots=True)
class Application:
    """An application, or one of its terms."""

    junos: Junos
    fact: ServiceObject
    service: Service


@APPLICATIONS.opens(APPLICATION, "application NAME")
def _application(junos: Junos, found: Found) -> Application:
    name = found["NAME"]

    def make() -> Application:
        service = Service()
        fact = ServiceObject(source=found.span, name=name, services=Services(services=[service]), scope=junos.scope)
        # Pydantic copies what it is given.
        service = fact.services.services[0]
        junos.device.service_objects.append(fact)
        junos.device.define("service", name, found.span, scope=junos.scope)
        return Application(junos, fact, service)

    return junos.thing(("application", name), make)


@APPLICATION.opens(APPLICATION, "term TERM")
def _term(of: Application, found: Found) -> Application:
    def make() -> Application:
        services = of.fact.services.services
        if len(services) == 1 and services[0] is of.service and of.service == Service():
            services.clear()
        services.append(Service())
        return Application(of.junos, of.fact, services[-1])

    return of.junos.thing(("application term", of.fact.name, found["TERM"]), make)


@APPLICATION.path("protocol NAME")
def _protocol(of: Application, found: Found) -> None:
    of.service.protocol = ports.protocol(found["NAME"])


@APPLICATION.path("destination-port PORT")
def _port(of: Application, found: Found) -> None:
    of.service.ports.append(ports.port(found["PORT"]))


@APPLICATION.path("source-port PORT")
def _source_port(of: Application, found: Found) -> None:
    of.service.source_ports.append(ports.port(found["PORT"]))


@APPLICATION.path("WHICH:(icmp-type|icmp6-type) NAME")
def _icmp(of: Application, found: Found) -> None:
    of.service.icmp = found["NAME"]


@APPLICATION.path("description TEXT...")
def _description(of: Application, found: Found) -> None:
    of.fact.say(found.line, comment=found["TEXT"])


APPLICATION.knows(
    "inactivity-timeout", "application-protocol", "alg", "icmp-code", "icmp6-code", "rpc-program-number", "uuid",
    "ether-type", "do-not-translate-A-query-to-AAAA-query", "ttl-threshold", "snmp-command", "learn-sip-register",
    "child-inactivity-timeout",
)  # fmt: skip


@APPLICATIONS.opens(SET, "application-set NAME")
def _set(junos: Junos, found: Found) -> Of[ServiceObject]:
    name = found["NAME"]

    def make() -> ServiceObject:
        fact = ServiceObject(source=found.span, name=name, services=Services(), is_group=True, scope=junos.scope)
        junos.device.service_objects.append(fact)
        junos.device.define("service-group", name, found.span, scope=junos.scope)
        return fact

    return Of(junos, junos.thing(("application-set", name), make))


@SET.path("(application|application-set) NAME")
def _member(of: Of[ServiceObject], found: Found) -> None:
    adds(of.junos, of.fact.services, found["NAME"], found.line, f"application-set {of.fact.name}")


SET.path("description TEXT...")(lambda of, found: of.fact.say(found.line, comment=found["TEXT"]))


def adds(junos: Junos, services: Services, name: str, line: Span, context: str) -> None:
    """Add an application by its name: "any", one that Junos knows by itself, or one of this configuration."""
    if name in ("any", "junos-defaults"):
        services.is_any = services.is_any or name == "any"
    elif (known := ports.built_in(name)) is not None:
        services.services.extend(known)
    else:
        services.names.append(name)
        if not name.startswith("junos-"):
            junos.device.refer(("service", "service-group"), name, line, context, scope=junos.scope)
