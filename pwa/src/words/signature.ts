import { dictionary } from './dictionary'

export default dictionary({
  zh: {
    sign_here: '请在框里签名',
    sign_label: '签名框，用手指写',
    sign_clear: '重写',
    sign_refuse: '拒签',
    sign_refused: '当事人拒签',
    sign_witness: '见证人（写身份，如“物业值班”）',
    sign_instead: '改为签名',
    signed: '已签',
  },
  en: {
    sign_here: 'Sign in the box',
    sign_label: 'Signature box, write with a finger',
    sign_clear: 'Clear',
    sign_refuse: 'Refused to sign',
    sign_refused: 'Refused to sign',
    sign_witness: 'Witness (their role, such as “property desk”)',
    sign_instead: 'Sign instead',
    signed: 'Signed',
  },
})
