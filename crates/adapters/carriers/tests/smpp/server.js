// A message centre made of the npm package `smpp`. Prints its port, then what it takes as JSON
// lines. It throttles the first submit, gives hexadecimal ids, and sends receipts with decimal
// ones; after a text with "reply" it hands over a person's text in two segments.
'use strict'
const smpp = require('smpp')
let next = 0xabcdef01
let throttled = false

function receipt (session, id, to, stat) {
  session.deliver_sm({
    source_addr: to,
    source_addr_ton: 1,
    destination_addr: '60777',
    esm_class: 4,
    short_message: `id:${id} sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:${stat} err:000 text:`
  })
}

const server = smpp.createServer({}, (session) => {
  session.on('error', () => {})
  session.on('bind_transceiver', (pdu) => {
    const known = pdu.system_id === 'fence' && pdu.password === 'secret'
    session.send(pdu.response({ command_status: known ? 0 : smpp.ESME_RBINDFAIL, system_id: 'node' }))
  })
  session.on('enquire_link', (pdu) => session.send(pdu.response()))
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close() })
  session.on('submit_sm', (pdu) => {
    if (!throttled) {
      throttled = true
      session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }))
      return
    }
    const id = next++
    const message = pdu.short_message
    console.log(JSON.stringify({
      to: pdu.destination_addr, from: pdu.source_addr, coding: pdu.data_coding,
      text: message.message, udh: message.udh ? message.udh.map((part) => part.toString('hex')) : null
    }))
    session.send(pdu.response({ message_id: id.toString(16).toUpperCase() }))
    if (pdu.registered_delivery) receipt(session, id, pdu.destination_addr, 'DELIVRD')
    if (message.message.includes('reply')) {
      for (const [n, text] of [[1, 'Тест: '], [2, 'да €']]) {
        session.deliver_sm({
          source_addr: pdu.destination_addr, source_addr_ton: 1, destination_addr: '60777',
          data_coding: 8, short_message: { udh: Buffer.from([5, 0, 3, 7, 2, n]), message: text }
        })
      }
    }
  })
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
