/**
 * What names of hosts and domains are made of: plain English words, words of the trade, and abbreviations. Only the
 * pairs of letters in them count, so it need not be complete; it is a sample of the language, not a list to look up.
 */
export const COMMON_WORDS: readonly string[] = `
about access account action active address agent alert allow also analytics android answer apple apply april archive area
around article asset assets audio audit august author auth away baby back bank base basic beach beauty best better between
big bill bird black block blog blue board body book books boston bottom box brand bread bridge bright bring broad brother
browser budget build builder business button buy cable cache call camera campaign card care cars case cash catalog center
central chain chance change channel chart chat check child choice church city class clean clear click client clock close
cloud club coach coast code coffee college color come comment common community company compare complete computer connect
consumer contact content control cook copy corner corp cost country couple course cover craft create credit cross crystal
culture current custom customer daily dance data date david dealer deep deliver delta dental design desk detail develop
device digital direct director discover doctor document domain door double down download dream drive drop early earth east
easy edge edit education electric element email energy engine english enter equal estate event every example exchange
expert express extra eye face fact family farm fashion fast father favor feature feed field file film final finance find
fire first fish fitness flash flight floor flower follow food foot force forest form forum forward found foundation fox
frame free fresh friend front fruit fuel full fund future game garden gate gateway general gift girl give glass global
gold golf good grand graph great green grey ground group grow guard guest guide hair half hand happy hard hard harbor have
head health heart heat help here high hill history hobby hold holiday home honey hope horse hospital host hotel hour house
human hundred ice idea image images impact inbox income index industry info input inside install insurance intel internet
invest invoice island item java job jobs join journal july jump june kernel key kids kind king kitchen label lake land
language large laser last launch law lead leader league learn leather legal level library license life light like limit
line link linux list little live load loan local log login logo london long look love lower lunch machine magic mail main
make manager map march mark market marketing master match material media medical meet member memory menu message metal
meter method metric metro micro middle military million mind mine mini minute mirror mobile model modern moment money
monitor month moon morning mother motor mountain mouse move movie museum music name nation natural nature near network
never news next nice night node north note notify number nurse object ocean office online open option orange order origin
other outdoor outlet outside over owner pack page paint panel paper parent park part partner party pass path pay payment
people perfect person pet phone photo piano pick picture pilot pixel place plan planet plant plastic play player plus
point policy portal post power press price prime print private process product profile program project protect proxy
public pull pulse push quality query quick radio rail rain range rapid rate reach read ready real record red region
register remote rent repair repo report request rescue research resource rest result retail return review rich ride right
ring river road rock role room root round route router royal run safe sail sale sales sample save scale school science
score screen script sea search season second secure security select send senior sensor series server service session set
shadow share sharp shell ship shop short show side sign signal silver simple single site skill sky sleep small smart smile
smooth snap snow social soft software solar solution sound source south space special speed sport spring square stack
staff stage star start state static station status steel step stock stone stop storage store storm story stream street
string strong student studio style success summer sun super supply support sure switch system table tag talk target task
tax team tech telecom telemetry temp test text theme thing think third ticket time tips title today token tool top total
touch tower town track trade traffic train training transfer travel tree trend trip true trust turn twin union unit
university update upload urban user valley value vector vehicle vendor version video view village virtual vision visit
voice volume wait walk wall warm watch water wave wealth weather web wedding week welcome west white wide wild window
windows wine winter wire wise wolf woman wood word work worker world write yellow yoga young zone
adm api app apps aws azure cdn cfg cms cname crm css ctl dash db dc dev dhcp dmz dns docs edge erp esx exch ext fra ftp
fw gcp git gov gw hq http https hub img imap int intra ipv iot iso ldap lb lon lan mgmt mssql mx mysql nas net nfs ns ntp
nyc oauth ocsp ops org pki pop prd prod ptr qa rdp relay rpc sap sdk sftp sip smtp snmp sql srv ssh ssl sso stg sts svc
s3 web1 app2 db3 ns1 mx2 node4 host5 vm6 srv7 web-1 app-2 db-3 ip-10-0-1-2 eu-west-1 us-east-2 v2 c1 p2 h2 24 365 1st 2go
sync tcp tls tst uat udp vm vpn vps wan wiki wlan wpad ws wsus www xml
`
  .trim()
  .split(/\s+/);
