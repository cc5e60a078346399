"""The names of fields in the sections of a config.xml, as both firewalls write them, however deep they stand.

Sources: the pages' field lists of pfSense, and the models (`*.xml`) of OPNsense's core and its plugins.
A name is a pattern. One with "/" after it is known with all that is below it, whose names are free.
"""

from typing import Final

from engineering_api.dialects.pf.fields import matching


class Vocabulary:
    """The names that a section may have."""

    def __init__(self, words: str) -> None:
        free = [word.removesuffix("/") for word in words.split() if word.endswith("/")]
        self._names = matching(" ".join(word for word in words.split() if not word.endswith("/")))
        self._free = matching(" ".join(free)) if free else None

    def has(self, name: str) -> bool:
        """Whether a name is known."""
        return bool(self._names.fullmatch(name)) or self.is_free_below(name)

    def is_free_below(self, name: str) -> bool:
        """Whether anything may stand below a name."""
        return bool(self._free and self._free.fullmatch(name))


WEB: Final = Vocabulary(
    """
    protocol port ssl-.* interfaces compression authmode no(dnsrebindcheck|httpreferercheck|antilockout|webguihsts|root)
    disable.* quietlogin session_timeout althostnames httpaccesslog ocsp-staple loginautocomplete dashboard.*
    webgui.* login.* max_procs roaming pagenamefirst hide.* systemlogs.* statusmonitoring.* requirestatefilter
    interfacessort auth_refresh_time https?redirect authserver_.* backend uniqueid
    """
)
SHELL: Final = Vocabulary(
    """
    enabled? group noauto interfaces kex ciphers macs keys keysig rekeylimit permitrootlogin passwordauth port
    sshdkeyonly sshdagentforwarding hostkeys? publickey.* loglevel
    """
)
USER: Final = Vocabulary(
    """
    uid name disabled scope expires otp_seed shell password passwordenc (bcrypt|sha512|md5|nt)-hash pwd_changed_at
    landing_page comment email apikeys? item key secret id priv language descr dashboard/ groupname authorizedkeys
    ipsecpsk webgui.* dashboard.* customsettings interfacessort cert keephistory widgets/ pagenamefirst hide.* disable.*
    systemlogs.* statusmonitoring.* requirestatefilter password_expire group_memberships
    """
)
LOGIN_SERVER: Final = Vocabulary(
    """
    refid type name host ldap_.* radius_.* otpLength timeWindow graceperiod passwordFirst caseInSensitiveUsernames
    sync_.* nas_.* simplePasswords usernameLength passwordLength local_.*
    """
)
UPDATES: Final = Vocabulary(
    "mirror flavour plugins type subscription reboot disablecheck url branch alturl.* gitsync.* repositor.* interval"
)
TRUST: Final = Vocabulary(
    """
    refid descr crt prv type caref serial trust randomserial method text cert csr item list lifetime reason revoke_time
    (crt|prv|csr)_payload data action key_type digest country state city organization(alunit)? email commonname ocsp_uri
    altnames_.* authoritykey private_key_location san rfc3280_purpose in_use name valid_(from|to) keylen.* curve dn_.*
    """
)
TUNABLES: Final = Vocabulary("item tunable value descr type default_value")
CHANGE: Final = Vocabulary("time username description")
RESOLVER: Final = Vocabulary(
    """
    enabled? dnssec(stripped)? (active|outgoing)_interface custom_options hide(identity|version) port ssl(port|certref)
    msgcachesize (outgoing|incoming)_num_tcp edns_buffer_size num_queries_per_thread jostle_timeout cache_(max|min)_.*
    infra_.* unwanted_reply_threshold log_.* prefetch(_?key)? reg(dhcp|ovpn).* system_domain_local_zone_type
    local_zone_type enablessl tls.* forwarding forward_.* strictout dns64.* noreg.* reglladdr6 txtsupport cacheflush
    safesearch statistics stats hosts? domain ip6? descr(iption)? aliases item rr mx mxprio server domainoverrides
    acls? aclid aclname aclaction row acl_network mask python.* use_caps aggressivensec serve_?expired.* disable_auto_.*
    autohostentry always_add_short_names qname.* private_?domain general enable_wpad noarecords advanced
    extendedstatistics log(queries|replies|tagqueryreply|servfail|localactions|verbosity) valloglevel privateaddress
    insecuredomain rrsetcachesize (outgoing|incoming)numtcp numqueriesperthread outgoingrange (jostle|discard)timeout
    cache(max|maxnegative|min)ttl infra.* unwantedreplythreshold default_action name action networks dnsbl blocklist
    type lists (white|block|allow)lists wildcards address nxdomain cache_ttl source_nets dots dot verify hostname ttl
    txtdata alias aliascount domains local_zone hosts_file api_.* service_enabled force_safesearch
    """
)
TIME: Final = Vocabulary(
    """
    enable gps pps type port speed nmea fudge[12] stratum flag[1-4] refid initcmd autocorr_.* subsec prefer noselect
    extstatus pollmode noroute processpgrmf orphan logpeer logsys clockstats loopstats peerstats statsgraph interface
    serverauth.* restrictions row acl_network mask kod nomodify noquery noserve nopeer notrap leapsec custom_options
    clientmode ispool ispeer isselect nts ntp(min|max)poll dnsresolv maxclock iburst limited
    """
)
CHRONY: Final = Vocabulary("general enabled port ntsclient ntsnocert peers fallbackpeers allowednetworks")
LOGS: Final = Vocabulary(
    """
    reverse nentries (no|raw)?log.* rawfilter rotatecount format remoteserver.* sourceip ipproto filter.* dhcp auth
    portalauth vpn dpinger hostapd system enable disablelocallogging resolver ppp routing ntpd wireless apinger relayd
    preservelogs maxpreserve netif network ipsec openvpn compression.* .*_settings
    """
)
LOGS_MODEL: Final = Vocabulary(
    """
    general destinations? enabled loglocal maxpreserve maxfilesize transport program level facility hostname
    certificate port rfc5424 description
    """
)
SNMP: Final = Vocabulary(
    """
    syslocation syscontact r[ow]community modules mibii netgraph pf hostres ucd regex bridge enable pollport bindip
    bindlan trap(enable|server|serverport|string) ipprotocol
    """
)
SNMP_MODEL: Final = Vocabulary(
    """
    general users? enabled community syslocation syscontact listen l3visibility agentx enableagentx versioncheck layers
    username password enckey readwrite authtype privtype hash(ing)? trap.*
    """
)
SECOND_HALF: Final = Vocabulary(
    """
    pfsync.* synchronize.* username password(enc)? disablepreempt disconnectppps verifypeer adminsync hostid
    remotesystem.* syncitems
    """
)
PLUG_AND_PLAY: Final = Vocabulary(
    """
    config enabled? enable_.* iface_array ext_iface download upload overridewan.* logpackets sysuptime perm.* row
    presentation_.* model_.* stun.* override.* allow_.* ipv6_disable num_permuser upnp.* friendly_name additional.*
    ipv6.* port anchor.*
    """
)
SCHEDULE: Final = Vocabulary("name descr schedlabel timerange day month position hour rangedescr")
DHCP: Final = Vocabulary(
    """
    ddns.* mac_(allow|deny) failover_peerip dhcpleaseinlocaltime netmask ldap filename.* rootpath uefihttpboot
    denyunknown nonak ignorebootp ignoreclientuids static_arp staticarp statsgraph disablepingcheck omapi_.* enable
    interface_mtu minsecs ra.* prefixrange custom_kea_config earlydnsregpolicy dhcpv6leaseinlocaltime pool
    dnsreg.* nextserver tftp.* arp_table_static_entry descr backend range from to prefix(length)? gateway domain
    domainsearchlist dnsserver ntpserver winsserver (default|max)leasetime numberoptions item number type value
    staticmap mac cid duid ipaddr ipaddrv6 hostname bootfile_url
    """
)
KEA: Final = Vocabulary(
    """
    general enabled interfaces valid_lifetime fwrules manual_config dhcp_socket_type ha this_server_name lexpire
    max_unacked_clients subnets subnet[46]? next_server option_data(_autocollect)? (domain_name|dns)_servers
    domain_(search|name) routers static_routes (ntp|time|tftp|nis|sip|netbios)_.* boot_file_name v6_only_preferred
    classless_static_route vendor_.* match-client-id pools interface description ddns_.* reservations? ip_address
    hw_address hostname duid options? code data encoding force ha_peers peers? name role url pd_pools? prefix(_len)?
    delegated_len (pd-)?allocator service_sockets_.* decline_probation_period compatibility hold_reclaimed_time
    (flush_)?reclaim(ed)?_timer_wait_time max_reclaim_.* unwarned_reclaim_cycles client_id v4_dnr expire.* relay.*
    ctrl_agent v6_.* unifi.*
    """
)
DNSMASQ: Final = Vocabulary(
    """
    enabled? reg(dhcp|ovpn).* dhcpfirst strict_?order strictbind domain_needed no_.* dnssec log_.* local_ttl cache_size
    dns_forward_max dns_port port interface custom_options hosts? domain ip6? descr(iption)? aliases item client_id
    hwaddr lease_(time|max) set_tag ignore local cnames comments domainoverrides sequence ipset srcip dnssrcip
    firewall_alias dhcp dhcp_ranges (start|end)_addr subnet_mask constructor mode prefix_len domain_type ra_.* nosync
    dhcp_options type option6? tag value force dhcp_tags dhcp_boot filename servername address add_mac add_subnet
    strip_subnet fqdn authoritative enable_ra reply_delay default_fw_rules resolv_.* aliascount hostname
    """
)
OPENVPN: Final = Vocabulary(
    """
    openvpn-csc vpnid disable mode auth_?mode protocol dev(_mode)? ipaddr interface local_port description
    custom_options tls(_type)? tlsauth_keydir (ca|crl|cert)ref ocsp.* dh_length ecdh_curve cert_depth crypto digest
    engine tunnel_network(v6)? (remote|local)_network(v6)? gwredir6? maxclients compression(_push)? passtos
    client2client dynamic_ip pool_enable topology(_subnet)? serverbridge_.* dns_.* push_.* ntp_server.* netbios_.*
    nbdd_server.* wins_server.* verbosity_level ncp.* data_ciphers.* allow_compression ping_.* keepalive.*
    inactive_seconds exit_notify sndrcvbuf udp_fast_io username_as_common_name strictusercn duplicate_cn connlimit
    unique remote_cert_tls server_(addr|port) proxy_.* auth_(user|pass) auth-retry-none auth_retry.*
    route_no_(pull|exec)
    shared_key use_shaper resolve_retry no_tun_ipv6 create_gw verify.* client_mgmt_port dco local_group reneg-sec
    server_list common_name block remove_(route|options) override_.* autokey_enable autotls_enable bridge_.* local_.*
    netbios_ntype x509_.*
    """
)
OPENVPN_MODEL: Final = Vocabulary(
    """
    Instances? Overwrites? StaticKeys? vpnid enabled dev_type verb proto port(-share)? local topology remote role
    server(_ipv6)? route push_(route|inactive|reset|excluded_routes) cert ca crl cert_depth remote_cert_tls
    verify_client_cert use_ocsp auth data-ciphers(-fallback)? tls_key authmode local_group various_(push_)?flags
    username(_as_common_name)? strictusercn password maxclients keepalive_(interval|timeout) reneg-sec auth-gen-token.*
    provision_exclusive redirect_gateway route_(metric|gateway) register_dns dns_.* (ntp|wins)_servers tun_mtu fragment
    mssfix carp_depend_on bridge_.* compress_migrate ifconfig-pool-persist http-proxy description nopool servers
    common_name block tunnel_network(v6)? (local|remote)_networks mode key
    """
)
IPSEC_PHASE: Final = Vocabulary(
    """
    protocol myid_.* peerid_.* lifetime rekey.* reauth.* rand_time margin.* pre-shared-key private-key caref certref
    pkcs11.* nat_traversal mobike startaction closeaction dpd_.* auto installpolicy unique keyingtries prfselect_enable
    ikeport nattport gw_duplicates splitconn cert_chain noinstallpolicy disabled enabled? inactivity.* descr tfc_.*
    authservers (local|peer)-kpref mode_cfg.* generate_policy proposal_check rightallowany sha256_96 responderonly
    tunnel_.* mode iketype authentication_method interface remote-gateway ikeid encryption item
    (encryption|hash|prf)-algorithm(-option)? name keylen dhgroup lifebytes mobile uniqid reqid (nat)?(local|remote)id
    type address netbits pfsgroup pinghost keepalive spd manualconnect forceencaps
    """
)
IPSEC: Final = Vocabulary(
    """
    phase[12]/ client/ logging/ mobilekey/ enable preferoldsa unityplugin strictcrlpolicy acceptunencryptedmainmode
    compression enableinterfacesuse maxmss maxexchange passthrough_networks disablevpnrules uniqueids async_crypto
    filtermode bypassrules/ autoexcludelanaddress ipsecbypass pkcs11support port(_nat_t)? makebeforebreak
    noshuntlaninterfaces vtimaps/ dns-interval certificate ikeid
    """
)
SWANCTL: Final = Vocabulary(
    """
    Connections? locals? remotes? children child Pools? VTIs? SPDs? enabled proposals unique aggressive version mobike
    (local|remote)_(addrs|port|ts) encap (reauth|rekey|over)_time dpd_.* send_cert(req)? keyingtries description
    connection(_child)? round auth id eap_id certs pubkeys cacerts groups reqid esp_proposals sha256_96
    (start|close)_action mode policies name addrs dns tunnel_(local|remote)2? skip_firewall origin source destination
    protocol
    """
)
WIREGUARD: Final = Vocabulary(
    """
    general enabled servers? clients? name instance p(ub|riv)key port mtu dns tunneladdress disableroutes gateway
    carp_depend_on peers psk serveraddress serverport keepalive endpoint peer_dns debug tunnels items? config descr
    listenport (public|private|preshared)key addresses row address mask tun persistentkeepalive allowedips
    keep_conf resolve_.* interface_group hide_.*
    """
)
DIAL_IN: Final = Vocabulary(
    """
    mode interface (local|remote)ip n_.* l2tp_.* pptp_.* radius server2? enable accounting nasip acct_update
    radiusissueips secret2? paporchap dns[12]? l2tp_dns[12] wins user name ip password redir descr req128 authtype mtu
    radius_.* servers?
    """
)
