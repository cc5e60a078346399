from tests.integration.agents.test_tools_engineering import *
from tests.integration.agents.test_tools_callflow import _site, served_by, make, OFFICE
from tests.integration.agents import test_tools_callflow as c
def p(t, o): print("=====",t,"\n",o.content[:2200],"\n--", len(o.content), len(str(o.data)))
def test_show(site):
    T=site.tools
    core=site.configs["bath-core"]
    p("parse", T.call("engineering_parse", text=CORE, sections=["interfaces","access_lists","routes","identity","definitions"]))
    p("list", T.call("list_configs"))
    p("audit", T.call("engineering_audit", site="Bath", min_severity="high"))
    p("review", T.call("change_review", before={"config_id": core}, commands=["interface Port-channel1"," switchport trunk allowed vlan 20,30"]))
    p("translate", T.call("translate_config", config_id=core, to="aruba_aoscx"))
    p("topo", T.call("render_topology"))
    p("ask", T.call("engineering_ask", question="What is the gateway of VLAN 20?", collections=[]))
    p("plan", T.call("subnet_plan", parent="10.40.0.0/22", needs=[{"name":"A","hosts":200}]))
    p("tools", T.call("engineering_tools"))
    p("packet", T.call("config_tool", name="packet-test", arguments={"config_id":core,"source":"10.20.30.15","destination":"10.20.10.7","port":443}))
def test_show2(_site):
    T=_site.tools
    p("gen", T.call("call_flow_generate", **OFFICE))
    p("get", T.call("call_flow_get", flow_id="birch-office"))
    p("nodes", T.call("call_flow_get", flow_id="birch-office", section="nodes"))
    p("sim", T.call("call_flow_simulate", flow_id="birch-office", question="Monday 10:00, presses 2, 102 busy"))
    p("plan", T.call("call_flow_testplan", flow_id="birch-office"))
    p("exp", T.call("call_flow_export", flow_id="birch-office", target="teams"))
    p("diff", T.call("call_flow_diff", before={"flow_id":"birch-office"}, after={"specification": OFFICE|{"hours":"24/7"}}))
    import json
    print("SPEC SIZES", {n: len(json.dumps(t.spec.parameters))+len(t.spec.description) for n,t in {**T.tools}.items()})
    from agents.tools import engineering
    print({t.spec.name: len(json.dumps(t.spec.parameters))+len(t.spec.description) for t in engineering.tools(_site.settings)})
